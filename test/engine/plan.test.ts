import { describe, expect, test } from "@jest/globals";
import type { Decision, Outcome, Tier } from "../../src/engine/decision.ts";
import { type Decided, operationKey, planWriteBack, taskKeyOf } from "../../src/engine/plan.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { aLead, anAccount, aPolicy, aRep, aShared, aTrigger, someFacts } from "../builders.ts";

const assigned: Outcome = { kind: "assigned", repId: "rep-a", stage: "pick", poolId: "dach" };

const aDecision = (outcome: Outcome, tier: Tier = "T1"): Decision => ({
  leadId: "lead-1",
  outcome,
  tier,
  trace: [],
  marks: [],
});

const planned = (parts: Partial<Decided>) => {
  const decided = {
    shared: aShared(),
    facts: someFacts(),
    decision: aDecision(assigned),
    decisionId: "decision-1",
    connectionId: "connection-1",
    ...parts,
  };
  return planWriteBack(decided);
};

const writing = (writes: Partial<Policy["writes"]>) =>
  aShared({ policy: aPolicy({ writes: { stage: null, status: null, clearBackwardStage: false, ...writes } }) });

test("an assignment is one update of the lead and one task, due at the first-touch limit", () => {
  expect(planned({})).toEqual([
    {
      key: operationKey("decision-1", "update-lead", "0"),
      connectionId: "connection-1",
      decisionId: "decision-1",
      leadId: "lead-1",
      qualifiedAt: "2026-11-20T09:00:00.000Z",
      priority: 1,
      body: {
        kind: "update-lead",
        update: {
          owner: { ownerId: "rep-a", expectOwnerId: null },
          status: { value: "OPEN" },
          stamp: true,
          slaDueAt: "2026-11-20T09:15:00.000Z",
          slaStatus: "running",
        },
      },
    },
    {
      key: taskKeyOf("decision-1"),
      connectionId: "connection-1",
      decisionId: "decision-1",
      leadId: "lead-1",
      qualifiedAt: "2026-11-20T09:00:00.000Z",
      priority: 1,
      body: {
        kind: "create-task",
        ownerId: "rep-a",
        template: "first-touch",
        dueAt: "2026-11-20T09:15:00.000Z",
        remindAt: "2026-11-20T09:05:00.000Z",
        priority: "high",
      },
    },
  ]);
});

describe("the account that the lead was matched to", () => {
  const match = {
    account: anAccount({ id: "a-1" }),
    by: "email-domain",
    evidence: "acme.example",
    rivals: [],
  } as const;
  const accountIn = (facts: Partial<LeadFacts>, outcome: Outcome = assigned) => {
    const [first] = planned({ facts: someFacts(facts), decision: aDecision(outcome) });
    return first?.body.kind === "update-lead" ? first.body.update.account : null;
  };

  test.each<[string, Outcome]>([
    ["assigned", assigned],
    ["kept", { kind: "kept", ownerId: "rep-a", because: "human-owner" }],
    ["stopped", { kind: "stopped", because: "competitor" }],
  ])("is noted on a lead that is %s", (_, outcome) => {
    expect(accountIn({ match }, outcome)).toEqual({ accountId: "a-1" });
  });

  test.each<[string, Partial<LeadFacts>]>([
    ["one that only a reviewer could tell", { match: null }],
    [
      "one that the CRM names already",
      { match: { ...match, by: "crm-association" }, lead: aLead({ accountId: "a-1" }) },
    ],
    ["one beside what somebody put there", { match, lead: { ...aLead(), notedAccountId: "a-2" } }],
  ])("is not: %s", (_, facts) => {
    expect(accountIn(facts)).toBeUndefined();
  });
});

describe("a policy that converts leads", () => {
  const policy = aPolicy();
  const shared = aShared({ policy: { ...policy, matching: { ...policy.matching, convert: true } } });
  const match = {
    account: anAccount({ id: "a-1" }),
    by: "email-domain",
    evidence: "acme.example",
    rivals: [],
  } as const;
  const last = (parts: Partial<Decided>) => planned({ shared, ...parts }).at(-1)?.body;

  test("makes a lead a contact of its account in the rep's name, after everything else", () => {
    expect(last({ facts: someFacts({ match }) })).toEqual({
      ...{ kind: "convert-lead", accountId: "a-1", ownerId: "rep-a" },
    });
  });

  test.each<[string, Partial<Decided>]>([
    ["one without an account", { facts: someFacts({ match: null }) }],
    [
      "one that a person has",
      { facts: someFacts({ match }), decision: aDecision({ kind: "kept", ownerId: "r", because: "b" }) },
    ],
    ["one whose company is called otherwise", { facts: someFacts({ match: { ...match, isOtherwiseNamed: true } }) }],
    ["any, unless it says so", { facts: someFacts({ match }), shared: aShared() }],
  ])("leaves %s as it is", (_, parts) => {
    expect(last(parts)?.kind).not.toBe("convert-lead");
  });
});

test("keys are the same on every machine, and differ by decision, kind and position", () => {
  const keys = [
    operationKey("decision-1", "create-task", "1"),
    operationKey("decision-2", "create-task", "1"),
    operationKey("decision-1", "update-lead", "1"),
    operationKey("decision-1", "create-task", "2"),
  ];

  expect([keys[0], new Set(keys).size, keys.every((key) => /^[a-z2-7]{26}$/.test(key))]).toEqual([
    taskKeyOf("decision-1"),
    4,
    true,
  ]);
});

test("the owner that the facts saw is expected", () => {
  expect(planned({ facts: someFacts({ lead: aLead({ ownerId: "rep-z" }) }) })[0]?.body).toMatchObject({
    update: { owner: { ownerId: "rep-a", expectOwnerId: "rep-z" } },
  });
});

test.each<[Tier, number, string, string, string]>([
  ["T1", 1, "high", "2026-11-20T09:05:00.000Z", "2026-11-20T09:15:00.000Z"],
  ["T2", 2, "medium", "2026-11-20T09:30:00.000Z", "2026-11-20T10:00:00.000Z"],
  ["T3", 3, "low", "2026-11-20T12:00:00.000Z", "2026-11-20T13:00:00.000Z"],
])("%s sets priority, reminder and limit", (tier, priority, taskPriority, remindAt, dueAt) => {
  expect(planned({ decision: aDecision(assigned, tier) })[1]).toMatchObject({
    priority,
    body: { priority: taskPriority, remindAt, dueAt },
  });
});

test("the limit is in the rep's own hours", () => {
  const shared = aShared({ reps: [aRep({ timeZone: "America/New_York" })] });

  expect(planned({ shared })[1]?.body).toMatchObject({ dueAt: "2026-11-20T14:15:00.000Z" });
});

describe("an owner whom a claim gives more than they can carry", () => {
  const reps = [aRep({ id: "rep-a" }), aRep({ id: "rep-b", name: "Manager" })];
  const policy = aPolicy({ reps: { "rep-a": { ...aPolicy().repDefaults, managerId: "rep-b" } } });
  const byClaim: Outcome = { kind: "assigned", repId: "rep-a", stage: "owned-account" };
  const told = (load: number, parts: Partial<Decided> = {}) => {
    const trace = [{ step: "over-capacity", repId: "rep-a", load, capacity: 30 } as const];
    const decision = { ...aDecision(byClaim), trace };
    return planned({ shared: aShared({ reps, policy }), decision, ...parts }).filter(
      ({ body }) => body.kind === "create-task" && body.template === "over-capacity",
    );
  };

  test.each([
    30, 30.5, 31, 45,
  ])("with a load of %d of 30 before it there is a task for the manager, who may not know of it yet", (load) => {
    expect(told(load).map(({ body }) => body.kind === "create-task" && body.ownerId)).toEqual(["rep-b"]);
  });

  test("who has no manager has nobody who could be told", () => {
    expect(told(30, { shared: aShared({ reps, policy: aPolicy() }) })).toEqual([]);
  });
});

describe("an owner who is away", () => {
  const trace = [{ step: "noted", because: "owner-away", detail: "rep-c" } as const];
  const reps = [
    aRep({ id: "rep-a" }),
    aRep({ id: "rep-c", absences: [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T23:00:00Z" }] }),
  ];
  const toBackup: Outcome = { kind: "assigned", repId: "rep-a", stage: "owned-account", backupFor: "rep-c" };
  const told = (parts: Partial<Decided>) =>
    planned({ shared: aShared({ reps }), decision: { ...aDecision(toBackup), trace }, ...parts }).filter(
      ({ body }) => body.kind === "create-task" && body.template === "owner-away",
    );

  test("has a task that tells who got the lead, due when they are back", () => {
    expect(told({})).toMatchObject([
      {
        key: operationKey("decision-1", "create-task", "owner-away"),
        body: { ownerId: "rep-c", dueAt: "2026-11-24T08:15:00.000Z" },
      },
    ]);
  });

  test("has it too when the lead waits in a queue", () => {
    const outcome: Outcome = { kind: "queued", queueId: "unrouted", because: "nobody-available" };
    expect(told({ decision: { ...aDecision(outcome), trace } })).toHaveLength(1);
  });

  test("is told once, not at every reassignment", () => {
    const facts = someFacts({ trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-b"] }) });
    expect(told({ facts })).toEqual([]);
  });

  test("is told nothing of a lead that came to them after all", () => {
    const outcome: Outcome = { kind: "assigned", repId: "rep-c", stage: "catch-all" };
    expect(told({ decision: { ...aDecision(outcome), trace } })).toEqual([]);
  });
});

describe("a channel conflict", () => {
  const trace = [
    { step: "channel-conflict", repId: "rep-c", stage: "owned-account", because: "owned-account" } as const,
  ];
  const toPartner: Outcome = { kind: "assigned", repId: "rep-a", stage: "partner", poolId: "partner-managers" };

  test("tells whoever would have had the lead, beside the partner manager's task", () => {
    const tasks = planned({ decision: { ...aDecision(toPartner), trace } }).filter(
      ({ body }) => body.kind === "create-task",
    );
    expect(tasks).toMatchObject([
      { body: { ownerId: "rep-a", template: "first-touch" } },
      {
        key: operationKey("decision-1", "create-task", "channel-conflict"),
        body: { ownerId: "rep-c", template: "channel-conflict", dueAt: "2026-11-20T09:15:00.000Z" },
      },
    ]);
  });
});

test("someone who never works gets a limit all the same", () => {
  expect(planned({ shared: aShared({ reps: [aRep({ shifts: [] })] }) })[1]?.body).toMatchObject({
    dueAt: "2026-11-20T09:15:00.000Z",
  });
});

test("a reassignment has a task text of its own", () => {
  const facts = someFacts({ trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-b"] }) });

  expect(planned({ facts })[1]?.body).toMatchObject({ template: "reassigned" });
});

describe("the stage", () => {
  const stageOf = (writes: Partial<Policy["writes"]>, stage: string | null) => {
    const facts = someFacts({ lead: aLead({ fields: { stage } }) });
    const body = planned({ shared: writing(writes), facts })[0]?.body;
    return body?.kind === "update-lead" ? (body.update.stage ?? null) : null;
  };

  test.each([
    [
      "forward is sent",
      { stage: "salesqualifiedlead" },
      "marketingqualifiedlead",
      { value: "salesqualifiedlead", clearFirst: false },
    ],
    ["from none is sent", { stage: "salesqualifiedlead" }, null, { value: "salesqualifiedlead", clearFirst: false }],
    ["already there is left out", { stage: "salesqualifiedlead" }, "salesqualifiedlead", null],
    ["backwards is left out", { stage: "lead" }, "marketingqualifiedlead", null],
    [
      "backwards is cleared first where the policy says so",
      { stage: "lead", clearBackwardStage: true },
      "marketingqualifiedlead",
      { value: "lead", clearFirst: true },
    ],
    ["unknown to the CRM is left out", { stage: "no-such-stage" }, "marketingqualifiedlead", null],
    ["not asked for is left alone", {}, "marketingqualifiedlead", null],
  ])("%s", (_, writes, stage, expected) => {
    expect(stageOf(writes, stage)).toEqual(expected);
  });
});

test("a status is set where the policy says so", () => {
  expect(planned({ shared: writing({ status: "OPEN" }) })[0]?.body).toMatchObject({
    update: { status: { value: "OPEN" } },
  });
});

describe("without an assignment", () => {
  test.each<[string, Outcome]>([
    ["kept", { kind: "kept", ownerId: "rep-z", because: "human-owner" }],
    ["stopped", { kind: "stopped", because: "nurture" }],
    ["queued", { kind: "queued", queueId: "unrouted", because: "nobody-available" }],
  ])("%s: the reason is stamped, no owner is written and no task made", (_, outcome) => {
    expect(planned({ decision: aDecision(outcome) }).map(({ body }) => body)).toEqual([
      { kind: "update-lead", update: { stamp: true } },
    ]);
  });

  test("a queued lead becomes a task of the catch-all person, where there is one", () => {
    const shared = aShared({
      policy: aPolicy({ catchAll: { repId: "Name of rep-g", queueId: "unrouted", reviewer: null } }),
    });
    const decision = aDecision({ kind: "queued", queueId: "unrouted", because: "owners-exhausted" });

    expect(planned({ shared, decision })[1]?.body).toMatchObject({
      kind: "create-task",
      ownerId: "rep-g",
      template: "unrouted",
    });
  });
});
