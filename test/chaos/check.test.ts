import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { checkAlways, checkEnds } from "../../scripts/chaos/check/index.ts";
import type { Evidence } from "../../scripts/chaos/check/violation.ts";
import { firstBreachMs, mostOwners } from "../../scripts/chaos/policy-file.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import {
  aBatch,
  aClock,
  accountId,
  aDecision,
  anEvent,
  anOperation,
  anOwnerWrite,
  aRow,
  aTask,
  aTrigger,
  at,
  evidence,
  instant,
  leadId,
  workspaceId,
} from "./evidence.ts";

const found = (shown: Evidence, isEnd = true) =>
  [...checkAlways(shown), ...(isEnd ? checkEnds(shown) : [])].map(({ promise, what }) => `${promise}: ${what}`);

test("where nothing is wrong nothing is found", () => {
  expect(found(evidence())).toEqual([]);
});

const queued = { kind: "queued", queueId: "unrouted", because: "no-rep" } as const;
const earlier = aTrigger({ at: at - 60_000 });
const later = new Date(at + 60_000).toISOString();
const lead = (ownerId: string | null) =>
  new Map([[`${accountId} ${leadId}`, { accountId, leadId, ownerId, qualifies: true }]]);
const secondPick = aDecision({
  id: "d2",
  leadId: "102",
  position: 1,
  ledger: { poolId: "dach", moves: { "100": 0.5, "101": -0.5 } },
});

const killer = aRow({ state: "parked", because: "killed-its-process" });

const always: readonly [string, Evidence, string][] = [
  ["an acknowledged event that is not stored", evidence({ claim: { inbox: [] } }), "I9: 1 of 1 acknowledged"],
  ["an event that is stored twice", evidence({ claim: { inbox: [aRow(), aRow()] } }), "I1: 1 events"],
  ["an end without a reason", evidence({ claim: { inbox: [aRow({ state: "ignored" })] } }), "I14: an event of"],
  [
    "an event that is parked for another reason than deaths",
    {
      ...evidence({ claim: { inbox: [{ ...killer, because: "failed" }] } }),
      deaths: [at + 1_000, at + 2_000, at + 3_000],
    },
    "I14: an event is parked after 1 attempts and 3 deaths: failed",
  ],
  [
    "an event that is parked for deaths that did not happen",
    { ...evidence({ claim: { inbox: [killer] } }), deaths: [at, at + 2_000, at + 3_000] },
    "I14: an event is parked after 1 attempts and 2 deaths: killed-its-process",
  ],
  [
    "a trigger that is decided twice",
    evidence({ claim: { decisions: [aDecision(), aDecision({ id: "d2", ledger: null })] } }),
    "I1: round 0",
  ],
  [
    "a second owner within one qualification, whatever Baton calls it",
    evidence({
      truth: { ownerWrites: [anOwnerWrite(), anOwnerWrite({ decisionId: "d2", ownerId: "101", at: at + 800_000 })] },
    }),
    "I1: its owner was decided 2 times by 2026-11-17T14:13:20.000Z, and it had qualified 1 times",
  ],
  [
    "a second task within one qualification",
    evidence({
      truth: { tasks: [aTask({ open: false }), aTask({ taskId: "1002", key: "k3" })] },
      claim: { operations: [anOperation(), anOperation({ key: "k3", decisionId: "d2" })] },
    }),
    "I1: a task was made for it 2 times",
  ],
  [
    "a second round before anybody could breach",
    evidence({ claim: { decisions: [aDecision(), aDecision({ id: "d2", round: 1, ledger: null })] } }),
    "I1: round 1 of 2026-11-17T14:00:00.000Z is decided before anybody could breach",
  ],
  ["a decision for no trigger", evidence({ truth: { triggers: [] } }), "I1: a decision for"],
  [
    "two owners of one decision",
    evidence({ truth: { ownerWrites: [anOwnerWrite(), anOwnerWrite({ ownerId: "101" })] } }),
    "I2: decision d1 wrote the owners 100, 101",
  ],
  [
    "another owner than was decided",
    evidence({ truth: { ownerWrites: [anOwnerWrite({ ownerId: "101" })] } }),
    "I2: decision d1 chose 100 and wrote 101",
  ],
  [
    "an owner that no decision stands for",
    evidence({ truth: { ownerWrites: [anOwnerWrite(), anOwnerWrite({ decisionId: null, ownerId: "101" })] } }),
    "I2: the owner 101 was written without a decision's stamp",
  ],
  [
    "a key that made two tasks",
    evidence({ truth: { tasks: [aTask({ open: false }), aTask({ taskId: "1002" })] } }),
    "I3: the key k1 made the tasks 1001, 1002",
  ],
  [
    "two open tasks of one decision",
    evidence({
      truth: { tasks: [aTask(), aTask({ taskId: "1002", key: "k3" })] },
      claim: { operations: [anOperation(), anOperation({ key: "k3" })] },
    }),
    "I3: decision d1 has 2 open tasks",
  ],
  ["a task on no lead", evidence({ truth: { tasks: [aTask({ leadIds: [] })] } }), "I3: the task 1001 hangs on 0 leads"],
  [
    "a task without a key",
    evidence({ truth: { tasks: [aTask(), aTask({ taskId: "1002", key: null })] } }),
    "I3: the task 1002 carries no key",
  ],
  [
    "a task that nothing planned",
    evidence({ truth: { tasks: [aTask({ key: "k9" })] } }),
    "I3: the task 1001 carries the unknown key k9",
  ],
  [
    "a ledger that the log does not give",
    evidence({ claim: { ledgers: [{ workspaceId, poolId: "dach", credits: { "100": 0, "101": 0 } }] } }),
    "I4: the stored ledger of pool dach",
  ],
  [
    "a batch that began elsewhere",
    evidence({ claim: { batches: [aBatch({ before: { dach: { "100": 0.5, "101": -0.5 } }, entries: [] })] } }),
    "I4: batch b1 of workspace w1 began with other credits",
  ],
  [
    "a steady pool that owes a whole lead (Law A)",
    evidence({
      truth: { triggers: [...evidence().after.triggers, { accountId, leadId: "102", at }] },
      claim: {
        decisions: [aDecision(), aDecision({ id: "d2", leadId: "102", position: 1 })],
        ledgers: [{ workspaceId, poolId: "dach", credits: { "100": -1, "101": 1 } }],
      },
    }),
    "I4: pool dach of workspace w1 had a credit of 1.00 (Law A)",
  ],
  [
    "records of a holder whose lease was taken",
    { ...evidence({ claim: { batches: [aBatch()] } }), leasesSeen: [{ workspaceId, token: 2, staleBatches: 0 }] },
    "fencing: 1 batches",
  ],
  [
    "a decision that replays to another",
    evidence({ claim: { replayMismatches: [{ workspaceId, decisionId: "d1" }] } }),
    "I12: decision d1",
  ],
  ["an assignment that nobody follows up", evidence({ claim: { clocks: [] } }), "I6: decision d1 assigned it and"],
  [
    "an assignment without a limit",
    evidence({ claim: { clocks: [aClock({ timers: 1, armed: 1 })] } }),
    "I6: decision d1 assigned it with 1 timers",
  ],
  [
    "a clock that outlives its follow-up",
    evidence({ claim: { clocks: [aClock({ state: "closed", armed: 1 })] } }),
    "I6: the follow-up of decision d1 is closed, and 1 of its timers are armed",
  ],
  [
    "a load that is not the open work",
    evidence({ claim: { wrongLoads: [{ workspaceId, repId: "100", load: 2, openWork: 1 }] } }),
    "load: rep 100 of workspace w1 counts 2 points of work, and has 1",
  ],
];

test.each(always)("at any instant: %s", (_name, shown, first) => {
  expect(found(shown, false)[0]).toContain(first);
});

const follower = aDecision({
  id: "d2",
  leadId: "102",
  position: 1,
  outcome: { kind: "followed", leadId },
  ledger: null,
});

const atTheEnd: readonly [string, Evidence, string][] = [
  [
    "a lead that follows one which has an owner",
    evidence({
      truth: { triggers: [...evidence().after.triggers, { accountId, leadId: "102", at }] },
      claim: { decisions: [aDecision(), follower], clocks: [aClock()] },
    }),
    `I14: it follows lead ${leadId}, which is assigned`,
  ],
  ["an event that waits", evidence({ claim: { inbox: [aRow({ state: "pending" })] } }), "I14: an event is pending"],
  [
    "an event that is parked since its processes died",
    { ...evidence({ claim: { inbox: [killer] } }), deaths: [at + 1_000, at + 2_000, at + 3_000] },
    "I14: an event is parked: killed-its-process",
  ],
  [
    "a write that is not settled",
    evidence({ claim: { operations: [anOperation({ state: "unknown", settledAt: null })] } }),
    "I14: the create-task k1 is unknown",
  ],
  [
    "a lead that was never decided",
    evidence({ claim: { decisions: [], batches: [], ledgers: [] } }),
    "I1: it qualified at",
  ],
  [
    "leads that are all decided to nobody",
    evidence({
      truth: { ownerWrites: [], tasks: [], leads: lead(null) },
      claim: { decisions: [aDecision({ outcome: queued, ledger: null })], operations: [], ledgers: [], batches: [] },
    }),
    "I1: it qualifies and has no owner",
  ],
  ["an owner that was never written", evidence({ truth: { leads: lead(null) } }), "I1: it qualifies and has no owner"],
  ["an owner without a task", evidence({ truth: { tasks: [] } }), "I1: it qualifies and no task was made since"],
  [
    "a task of before it qualified again",
    evidence({ truth: { triggers: [aTrigger(), earlier], tasks: [aTask({ createdAt: at - 1 })] } }),
    "I1: it qualifies and no task was made since",
  ],
  [
    "a task that the app closed and did not replace",
    evidence({ truth: { tasks: [aTask({ open: false })] } }),
    "I1: it qualifies and no task of it is open or done",
  ],
  [
    "another owner than was decided last",
    evidence({ truth: { leads: lead("101"), tasks: [aTask({ ownerId: "101" })] } }),
    "I3: its owner is 101, and 100 was decided",
  ],
  [
    "a task of another rep than the lead's",
    evidence({ truth: { tasks: [aTask({ ownerId: "101" })] } }),
    "I3: the open task 1001 is of 101, and the lead is of 100",
  ],
  [
    "a task that an earlier decision left open",
    evidence({
      truth: { triggers: [aTrigger(), earlier], tasks: [aTask(), aTask({ taskId: "900", key: "k0" })] },
      claim: { operations: [anOperation(), anOperation({ key: "k0", decisionId: "d0" })] },
    }),
    "I3: it has the open tasks 1001, 900",
  ],
];

test.each(atTheEnd)("at the end: %s", (_name, shown, first) => {
  expect(found(shown, false)).toEqual([]);
  expect(found(shown)[0]).toContain(first);
});

test("what comes for a lead whose event is parked for deaths is parked as well", () => {
  const sibling = aRow({ ...killer, isOwn: true, receivedAt: new Date(at + 60_000).toISOString() });
  const shown = { ...evidence({ claim: { inbox: [killer, sibling] } }), deaths: [at + 1_000, at + 2_000, at + 3_000] };
  expect(found(shown, false)).toEqual([]);
});

test("a lead that qualified while its batch was read is decided as of a moment before", () => {
  const decidedAt = new Date(at - 100).toISOString();
  expect(found(evidence({ claim: { decisions: [aDecision({ decidedAt })] } }))).toEqual([]);
});

test("a rep who let a lead lie for as long as the policy says is followed by another one", () => {
  const breachedAt = at + firstBreachMs;
  const second = aDecision({
    id: "d2",
    round: 1,
    position: 1,
    outcome: { ...aDecision().outcome, repId: "101" } as never,
    ledger: { poolId: "dach", moves: { "100": 0.5, "101": -0.5 } },
    decidedAt: new Date(breachedAt).toISOString(),
  });
  const shown = evidence({
    truth: {
      ownerWrites: [anOwnerWrite(), anOwnerWrite({ decisionId: "d2", ownerId: "101", at: breachedAt })],
      leads: lead("101"),
      tasks: [aTask({ open: false }), aTask({ taskId: "1002", key: "k3", ownerId: "101", createdAt: breachedAt })],
    },
    claim: {
      decisions: [aDecision(), second],
      operations: [anOperation(), anOperation({ key: "k3", decisionId: "d2" })],
      ledgers: [{ workspaceId, poolId: "dach", credits: { "100": 0, "101": 0 } }],
    },
  });
  expect(found(shown)).toEqual([]);
});

test("a lead that people merged may be decided anew at once, and must be in hand all the same", () => {
  const struck = new Set([`${accountId} ${leadId}`]);
  const again = aDecision({ id: "d2", round: 1, cause: "merged", position: 1, ledger: null });
  const decisions = [aDecision(), again];
  expect(found(evidence({ truth: { struck }, claim: { decisions } }))).toEqual([]);
  expect(found(evidence({ truth: { struck, tasks: [] } }))).toEqual([
    expect.stringContaining("I1: it qualifies and no task was made since"),
  ]);
  expect(found(evidence({ truth: { struck, leads: lead(null), tasks: [] } }))).toContainEqual(
    expect.stringContaining("I1: it qualifies and has no owner"),
  );
});

test("a breach before anybody had to know that the lead had qualified again is no decision too many", () => {
  const again = at + 9 * 60_000;
  const breachedAt = at + firstBreachMs;
  const written = (decisionId: string, when: number) => anOwnerWrite({ decisionId, ownerId: "101", at: when });
  const shown = (second: number) =>
    evidence({
      truth: {
        triggers: [aTrigger(), aTrigger({ at: again })],
        ownerWrites: [anOwnerWrite(), written("d2", second), written("d3", breachedAt + 120_000)],
      },
    });
  const isTooMany = (second: number) =>
    found(shown(second), false).some((line) => line.includes("its owner was decided"));

  expect(isTooMany(breachedAt)).toBe(false);
  // Two within the first minutes are one too many, whatever comes after.
  expect(isTooMany(at + 60_000)).toBe(true);
});

test("what was not acknowledged need not be stored", () => {
  const events = [anEvent(), anEvent({ key: "e2", objectId: "102", acknowledged: false })];
  expect(found(evidence({ truth: { events } }))).toEqual([]);
});

test("batches whose reads were older are walked in the order in which they moved the ledger, back through the same credits", () => {
  // 100 and 101 take turns, so each state of the ledger comes twice; the first batch read last.
  const pick = (id: string, batchId: string, repId: string, moves: Record<string, number>) =>
    aDecision({
      id,
      batchId,
      leadId: id,
      ledger: { poolId: "dach", moves },
      outcome: { ...aDecision().outcome, repId } as never,
    });
  const one = { "100": -0.5, "101": 0.5 };
  const two = { "100": 0.5, "101": -0.5 };
  const zero = { dach: { "100": 0, "101": 0 } };
  const shown = evidence({
    truth: {
      triggers: ["d1", "d2", "d3"].map((id) => ({ accountId, leadId: id, at })),
      ownerWrites: [],
      tasks: [],
      leads: new Map(),
    },
    claim: {
      inbox: [aRow()],
      operations: [],
      batches: [
        aBatch({ decidedAt: later }),
        aBatch({ id: "b2", before: { dach: one }, entries: [], decidedAt: later }),
        aBatch({ id: "b3", before: zero, entries: [], decidedAt: instant }),
      ],
      decisions: [pick("d1", "b1", "100", one), pick("d2", "b2", "101", two), pick("d3", "b3", "101", two)],
      ledgers: [{ workspaceId, poolId: "dach", credits: two }],
    },
  });
  expect(found(shown, false)).toEqual([]);
});

test("a second pick brings a pool back to where it was", () => {
  const decisions = [aDecision(), secondPick];
  const shown = evidence({
    truth: { triggers: [...evidence().after.triggers, { accountId, leadId: "102", at }] },
    claim: { decisions, ledgers: [{ workspaceId, poolId: "dach", credits: { "100": 0, "101": 0 } }] },
  });
  expect(found(shown, false)).toEqual([]);
});

test("a task that its rep has done was in hand", () => {
  expect(found(evidence({ truth: { tasks: [aTask({ open: false, doneByPerson: true })] } }))).toEqual([]);
});

test("what the checker knows of the policy is in the policy", async () => {
  const policy = parsePolicy(await readFile("src/policies/default.yaml", "utf8"));
  const breaches = Object.values(policy.firstTouch).map(({ breachMinutes }) => breachMinutes);
  expect({ mostOwners: policy.maxOwnersByAutomation, firstBreachMs: Math.min(...breaches) * 60_000 }).toEqual({
    mostOwners,
    firstBreachMs,
  });
});
