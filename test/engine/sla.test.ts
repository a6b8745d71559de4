import { describe, expect, test } from "@jest/globals";
import type { Decision, Outcome } from "../../src/engine/decision.ts";
import { type Decided, taskKeyOf } from "../../src/engine/plan.ts";
import { type Look, onTimer, planTimers, type SlaAction, type TaskState } from "../../src/engine/sla.ts";
import { aLead, anAccount, aPolicy, aShared, aTrigger, fridayMorning, someFacts, someReps } from "../builders.ts";

// Assigned Friday 10:00 in Berlin, T1: at risk at 10:05, late at 10:15.
const atRisk = "2026-11-20T09:05:00.000Z";
const late = "2026-11-20T09:15:00.000Z";

const aDecision = (outcome: Partial<Outcome & { stage: string }> = {}): Decision => ({
  leadId: "lead-1",
  outcome: { kind: "assigned", repId: "rep-a", stage: "pick", ...outcome } as Outcome,
  tier: "T1",
  trace: [],
  marks: [],
});

const decidedAt = (now: string, parts: Partial<Decided> = {}): Decided => ({
  facts: someFacts(),
  decision: aDecision(),
  decisionId: "decision-1",
  connectionId: "connection-1",
  ...parts,
  shared: { ...(parts.shared ?? aShared()), now },
});

const open: TaskState = { kind: "open", dueAt: late, ownerId: "rep-a" };

function look(kind: "at-risk" | "breach", parts: Partial<Look> = {}): Look {
  const timer = planTimers(decidedAt(fridayMorning)).find((candidate) => candidate.kind === kind);
  if (timer === undefined) throw new Error(`no timer ${kind}`);
  return {
    timer,
    due: true,
    lead: { exists: true, ownerId: "rep-a", stage: "marketingqualifiedlead", status: "OPEN" },
    touch: { kind: "none" },
    task: open,
    ...parts,
  };
}

/** Kinds of the actions, and what the writes are. */
const inShort = (actions: readonly SlaAction[]): string[] => actions.flatMap(shortAction);

function shortAction(action: SlaAction): string[] {
  switch (action.kind) {
    case "stop":
      return [`stop ${action.because}`];
    case "wait":
      return [`wait ${action.until}`];
    case "mark":
      return [`mark ${action.status}`];
    case "decide-again":
      return [`decide-again ${action.trigger.round} ${action.trigger.breachedBy.join()}`];
    case "write":
      return action.operations.map(({ body }) => {
        if (body.kind === "update-lead") return `status ${body.update.slaStatus}`;
        return body.kind === "create-task" ? `task ${body.template} ${body.ownerId}` : body.kind;
      });
  }
}

const managed = aShared({ policy: aPolicy({ repDefaults: { ...aPolicy().repDefaults, managerId: "rep-g" } }) });

describe("the timers of an assignment", () => {
  test("at risk and breach, in the rep's hours, with keys of their own", () => {
    const timers = planTimers(decidedAt(fridayMorning));

    expect(timers).toMatchObject([
      {
        kind: "at-risk",
        dueAt: atRisk,
        breachAt: late,
        repId: "rep-a",
        taskKey: taskKeyOf("decision-1"),
        assignedAt: fridayMorning,
      },
      { kind: "breach", dueAt: late, breachAt: late, repId: "rep-a" },
    ]);
    expect(new Set(timers.map(({ key }) => key)).size).toBe(2);
  });

  test("overnight the clock starts with the shift", () => {
    expect(planTimers(decidedAt("2026-11-21T12:00:00.000Z")).map(({ dueAt }) => dueAt)).toEqual([
      "2026-11-23T08:05:00.000Z",
      "2026-11-23T08:15:00.000Z",
    ]);
  });

  test.each<Outcome>([
    { kind: "kept", ownerId: "rep-a", because: "human-owner" },
    { kind: "queued", queueId: "unrouted", because: "nobody-available" },
    { kind: "stopped", because: "nurture" },
  ])("none for %j", (outcome) => {
    expect(planTimers(decidedAt(fridayMorning, { decision: { ...aDecision(), outcome } }))).toEqual([]);
  });
});

describe("what ends the clock", () => {
  const call = (at: string): Look["touch"] => ({ kind: "touched", at, how: "call", by: "rep-b" });

  test.each<[string, Partial<Look>, boolean]>([
    ["a logged call, by whichever human", { touch: call("2026-11-20T09:03:00.000Z") }, true],
    ["a completed task", { task: { kind: "completed", at: "2026-11-20T09:04:00.000Z", by: "rep-a" } }, true],
    ["a touch at the very instant of the limit", { touch: call(late) }, true],
    ["a touch after the limit", { touch: call("2026-11-20T09:15:00.001Z") }, false],
  ])("%s stops it", (_, parts, inTime) => {
    expect(onTimer(decidedAt("2026-11-20T09:20:00.000Z"), look("breach", parts))).toMatchObject([
      { kind: "stop", because: "touched", inTime },
      { kind: "mark", status: inTime ? "met" : "breached" },
      { kind: "write" },
    ]);
  });

  test("of two touches the first counts", () => {
    const parts = {
      touch: call("2026-11-20T09:20:00.000Z"),
      task: { kind: "completed", at: "2026-11-20T09:10:00Z", by: null } as const,
    };

    expect(onTimer(decidedAt("2026-11-20T09:20:00.000Z"), look("breach", parts))[0]).toMatchObject({
      touchedAt: "2026-11-20T09:10:00Z",
      inTime: true,
    });
  });

  test("a touch from before the assignment is none", () => {
    expect(inShort(onTimer(decidedAt(late), look("breach", { touch: call("2026-11-20T08:59:00.000Z") })))).toContain(
      "mark breached",
    );
  });

  test.each<[string, Partial<Look>, string[]]>([
    [
      "the lead is gone",
      { lead: { exists: false, ownerId: null, stage: null, status: null } },
      ["stop lead-gone", "mark stopped"],
    ],
    [
      "it left the qualifying stage",
      { lead: { exists: true, ownerId: "rep-a", stage: "salesqualifiedlead", status: "OPEN" } },
      ["stop no-longer-qualified", "mark stopped", "status stopped", "close-task"],
    ],
    [
      "somebody converted it, in whosever name",
      { lead: { exists: true, isConverted: true, ownerId: "rep-z", stage: "converted", status: "converted" } },
      ["stop converted", "mark stopped", "status stopped", "close-task"],
    ],
    [
      "a person gave it to somebody else",
      { lead: { exists: true, ownerId: "rep-z", stage: "marketingqualifiedlead", status: "OPEN" } },
      ["stop owner-changed", "mark stopped", "status stopped", "close-task"],
    ],
  ])("%s", (_, parts, actions) => {
    expect(inShort(onTimer(decidedAt(late), look("breach", parts)))).toEqual(actions);
  });

  describe("a lead that the policy makes a contact of its account", () => {
    const policy = aPolicy();
    const shared = { ...managed, policy: { ...managed.policy, matching: { ...policy.matching, convert: true } } };
    const match = { account: anAccount(), by: "reviewer", evidence: "", rivals: [] } as const;
    const lead = { exists: true, isConverted: true, ownerId: "rep-a", stage: "converted", status: "converted" };
    const told = (kind: "at-risk" | "breach", parts: Partial<Look["lead"]> = {}) =>
      inShort(
        onTimer(
          decidedAt(kind === "breach" ? late : atRisk, { shared, facts: someFacts({ match }) }),
          look(kind, { lead: { ...lead, ...parts } }),
        ),
      );

    test("is watched on: its rep is reminded", () => {
      expect(told("at-risk")).toEqual(["mark at_risk", "remind-task", "status at_risk"]);
    });

    test("is not passed on when nobody touches it, as it is no lead any more: the manager decides", () => {
      expect(told("breach")).toEqual(["mark breached", "task breach-manager rep-g", "status breached"]);
    });

    test("is over when a person gives the contact to somebody else", () => {
      expect(told("breach", { ownerId: "rep-z" })).toContain("stop owner-changed");
    });
  });

  test("the owner of before our write means that the write is not through yet", () => {
    const facts = someFacts({ lead: aLead({ ownerId: "rep-z" }) });
    const lead = { exists: true, ownerId: "rep-z", stage: "marketingqualifiedlead", status: "OPEN" };

    const task = { kind: "unknown" } as const;
    expect(inShort(onTimer(decidedAt(atRisk, { facts }), look("at-risk", { lead, task })))).toContain("mark at_risk");
  });

  test("the owner of before our write once its task is there: somebody gave the lead back", () => {
    const facts = someFacts({ lead: aLead({ ownerId: null }) });
    const lead = { exists: true, ownerId: null, stage: "marketingqualifiedlead", status: "OPEN" };

    expect(onTimer(decidedAt(atRisk, { facts }), look("at-risk", { lead }))[0]).toEqual({
      ...{ kind: "stop", because: "owner-changed", workOf: null },
    });
  });

  test.each([
    ["a disposition given since", "OPEN", "rep-z", "UNQUALIFIED", true],
    ["the one that it came with, before our write", "UNQUALIFIED", "rep-a", "UNQUALIFIED", false],
    ["the one that it came with, given again after our write", "UNQUALIFIED", "rep-z", "UNQUALIFIED", true],
    ["a status that is no disposition", "NEW", "rep-z", "IN_PROGRESS", false],
  ])("%s: it ends there or goes on", (_, before, ownerBefore, now, ends) => {
    const policy = aPolicy({ writes: { stage: null, status: "OPEN", clearBackwardStage: false } });
    const facts = someFacts({ lead: aLead({ ownerId: ownerBefore, fields: { status: before } }) });
    const lead = { exists: true, ownerId: "rep-a", stage: "marketingqualifiedlead", status: now };
    const actions = inShort(onTimer(decidedAt(late, { facts, shared: aShared({ policy }) }), look("breach", { lead })));

    expect(actions.includes("stop disposed")).toBe(ends);
  });

  test("in the stage that a merge had left it in, its clock runs, and nobody else is given it", () => {
    const facts = someFacts({
      lead: aLead({ fields: { stage: "customer" } }),
      trigger: aTrigger({ cause: "merged", round: 1 }),
    });
    const lead = { exists: true, ownerId: "rep-a", stage: "customer", status: null };
    const actions = inShort(onTimer(decidedAt(late, { facts }), look("breach", { lead })));

    expect(actions).toContain("mark breached");
    expect(actions).not.toContainEqual(expect.stringContaining("decide-again"));
  });

  test("the stage that our own assignment wrote does not end it", () => {
    const policy = aPolicy({ writes: { stage: "salesqualifiedlead", status: null, clearBackwardStage: false } });
    const lead = { exists: true, ownerId: "rep-a", stage: "salesqualifiedlead", status: "OPEN" };

    expect(inShort(onTimer(decidedAt(atRisk, { shared: aShared({ policy }) }), look("at-risk", { lead })))).toContain(
      "mark at_risk",
    );
  });

  test("between timers a look without news does nothing", () => {
    expect(onTimer(decidedAt("2026-11-20T09:20:00.000Z"), look("breach", { due: false }))).toEqual([]);
  });
});

describe("at risk", () => {
  test("the task reminds whoever holds it", () => {
    expect(onTimer(decidedAt(atRisk), look("at-risk"))).toMatchObject([
      { kind: "mark", status: "at_risk" },
      {
        kind: "write",
        operations: [
          { body: { kind: "remind-task", taskKey: taskKeyOf("decision-1"), remindAt: atRisk } },
          { body: { kind: "update-lead", update: { slaStatus: "at_risk" } } },
        ],
      },
    ]);
  });

  test("a deleted task is no touch: the clock runs, and no new task is made", () => {
    expect(inShort(onTimer(decidedAt(atRisk), look("at-risk", { task: { kind: "deleted" } })))).toEqual([
      "mark at_risk",
      "status at_risk",
    ]);
  });

  test("after an outage only the highest step counts", () => {
    expect(onTimer(decidedAt(late), look("at-risk"))).toEqual([]);
  });
});

describe("breach", () => {
  test("the manager gets a task, the old task is closed, and the lead is decided again", () => {
    expect(inShort(onTimer(decidedAt(late, { shared: managed }), look("breach")))).toEqual([
      "mark breached",
      "task breach-manager rep-g",
      "status breached",
      "close-task",
      "decide-again 1 rep-a",
    ]);
  });

  test("who breached before stays on the list", () => {
    const facts = someFacts({ trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-b"] }) });

    expect(inShort(onTimer(decidedAt(late, { facts }), look("breach")))).toContain("decide-again 2 rep-b,rep-a");
  });

  test.each([
    "open-opportunity",
    "customer",
    "owned-account",
    "prior-owner",
    "catch-all",
  ])("of %s: the owner stays, and the manager decides", (stage) => {
    expect(
      inShort(onTimer(decidedAt(late, { shared: managed, decision: aDecision({ stage }) }), look("breach"))),
    ).toEqual(["mark breached", "task breach-manager rep-g", "status breached"]);
  });

  test("a task that was given to somebody else: a person decided, so the owner stays", () => {
    const task = { ...open, ownerId: "rep-b" };

    expect(inShort(onTimer(decidedAt(late, { shared: managed }), look("breach", { task })))).toEqual([
      "mark breached",
      "task breach-manager rep-g",
      "status breached",
    ]);
  });

  test("a deleted task is not closed", () => {
    expect(inShort(onTimer(decidedAt(late), look("breach", { task: { kind: "deleted" } })))).toEqual([
      "mark breached",
      "status breached",
      "decide-again 1 rep-a",
    ]);
  });

  test("a manager who is the rep, or not active, is passed over for the catch-all person", () => {
    const policy = aPolicy({
      repDefaults: { ...aPolicy().repDefaults, managerId: "rep-a" },
      catchAll: { repId: "rep-s", queueId: "unrouted", reviewer: null },
    });

    expect(inShort(onTimer(decidedAt(late, { shared: aShared({ policy }) }), look("breach")))).toContain(
      "task breach-manager rep-s",
    );
  });
});

describe("the clock of a lead that came back from a deletion", () => {
  const handedOver = { lead: { exists: true, ownerId: "rep-z", stage: "marketingqualifiedlead", status: "OPEN" } };
  const touch = { kind: "touched", at: "2026-11-20T09:03:00.000Z", how: "call", by: "rep-a" } as const;
  const keysOf = (actions: readonly SlaAction[]) =>
    actions.flatMap((action) => (action.kind === "write" ? action.operations.map(({ key }) => key) : []));

  test.each<[string, Look, string, number]>([
    ["reminds and says so", look("at-risk"), atRisk, 2],
    ["tells the manager, says so and closes its task", look("breach"), late, 3],
    ["says that it was met", look("breach", { touch }), late, 1],
    ["says that it stopped and closes its task", look("breach", handedOver), late, 2],
  ])("%s, whatever the one before it did", (_, before, now, count) => {
    const after = { ...before, timer: { ...before.timer, taskKey: "the task since then" } };
    const decided = decidedAt(now, { shared: managed });

    const keys = [...keysOf(onTimer(decided, before)), ...keysOf(onTimer(decided, after))];
    expect(new Set(keys).size).toBe(2 * count);
    expect(keysOf(onTimer(decided, after))).toEqual(keys.slice(count));
  });
});

describe("a rep who is not active any more", () => {
  const reps = someReps().map((rep) => (rep.id === "rep-a" ? { ...rep, active: false } : rep));

  test.each(["pick", "owned-account"])("loses the lead of %s at the next look, without a breach", (stage) => {
    const decided = decidedAt(atRisk, { shared: aShared({ reps }), decision: aDecision({ stage }) });

    expect(onTimer(decided, look("breach", { due: false }))).toMatchObject([
      { kind: "mark", status: "stopped" },
      { kind: "write", operations: [{ body: { kind: "close-task", because: "reassigned" } }] },
      { kind: "decide-again", trigger: { round: 1, cause: "owner-inactive", breachedBy: [] } },
    ]);
  });
});

describe("a snoozed task", () => {
  const snoozed = (dueAt: string): TaskState => ({ ...open, dueAt });

  test.each([
    ["the reminder waits for it", "at-risk", atRisk, "2026-11-20T14:00:00Z", "2026-11-20T14:00:00.000Z"],
    ["the breach waits for it", "breach", late, "2026-11-20T14:00:00Z", "2026-11-20T14:00:00.000Z"],
    ["at most until a day after the assignment", "breach", late, "2026-12-24T14:00:00Z", "2026-11-21T09:00:00.000Z"],
  ] as const)("%s", (_, kind, now, dueAt, until) => {
    expect(onTimer(decidedAt(now), look(kind, { task: snoozed(dueAt) }))).toEqual([
      { kind: "wait", until, because: "snoozed" },
    ]);
  });

  test("breaches when its new date has come", () => {
    const task = snoozed("2026-11-20T14:00:00Z");

    expect(inShort(onTimer(decidedAt("2026-11-20T14:00:00.000Z"), look("breach", { task })))).toContain(
      "mark breached",
    );
  });

  test("moved to an earlier date, changes nothing", () => {
    expect(inShort(onTimer(decidedAt(late), look("breach", { task: snoozed("2026-11-20T09:01:00Z") })))).toContain(
      "mark breached",
    );
  });

  test("moves the ladder, not the promise: a touch after the limit is late", () => {
    const touch = { kind: "touched", at: "2026-11-20T10:00:00Z", how: "call", by: null } as const;

    expect(
      onTimer(
        decidedAt("2026-11-20T14:00:00.000Z"),
        look("breach", { task: snoozed("2026-11-20T14:00:00Z"), touch }),
      )[0],
    ).toMatchObject({
      inTime: false,
    });
  });
});
