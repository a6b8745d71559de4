import { describe, expect, test } from "@jest/globals";
import { type Lead, percentile } from "../../scripts/bench/measure.ts";
import { measure } from "../../scripts/bench/measure-hubspot.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";

const startAt = 1_000_000;

const aLead = (index: number, more: Partial<Lead> = {}): Lead => ({
  id: String(index),
  qualifiedAt: startAt,
  ownerAt: startAt + 1_000,
  taskAt: startAt + 25_000,
  tasks: 1,
  tier: "T2",
  ...more,
});

const aCall = (afterMs: number, more: Partial<RequestEntry> = {}): RequestEntry => ({
  id: 1,
  at: startAt + afterMs,
  portalId: 1,
  appId: 1,
  method: "POST",
  path: "/crm/objects/2026-09/contacts/batch/read",
  route: "POST /crm/objects/:version/:objectType/batch/read",
  query: {},
  body: undefined,
  status: 200,
  durationMs: 100,
  fault: null,
  applied: true,
  ...more,
});

const many = (count: number, make: (index: number) => Lead) => Array.from({ length: count }, (_, index) => make(index));
const calls = (count: number, fromMs: number) => Array.from({ length: count }, (_, index) => aCall(fromMs + index));

describe("the figures of a bench", () => {
  test("count calls of the main budget, refusals, and searches apart", () => {
    const side = measure(many(4, aLead), [
      aCall(0),
      aCall(1, { status: 429 }),
      aCall(2, { route: "POST /crm/objects/:version/:objectType/search" }),
      aCall(3, { portalId: null, route: "POST /oauth/:version/token" }),
    ]);

    expect(side).toMatchObject({ calls: 2, callsPerLead: 0.5, beside: { searches: 1 }, refused: 1 });
  });

  test("tell hot leads apart, and who was left out or served twice", () => {
    const side = measure(
      [
        aLead(1, { tier: "T1", ownerAt: startAt + 200 }),
        aLead(2, { tasks: 2 }),
        aLead(3, { ownerAt: null, taskAt: null, tasks: 0 }),
      ],
      [aCall(0)],
    );

    expect(side).toMatchObject({ t1P50Ms: 200, ownerP50Ms: 200, ownerP99Ms: 1_000, doneMs: 25_000 });
    expect(side).toMatchObject({ tasks: 3, duplicates: 1, unassigned: 1 });
  });
});

describe("the share of the budget that was used", () => {
  test("counts whole windows in which more than 200 leads waited to the end", () => {
    const side = measure(many(1_000, aLead), [...calls(110, 0), ...calls(99, 10_000), ...calls(5, 24_000)]);

    expect(side.budgetUsed).toBe(0.95);
  });

  test("leaves a window out in which no more than 200 were left", () => {
    const leads = many(1_000, (index) => aLead(index, { taskAt: startAt + (index < 800 ? 15_000 : 25_000) }));

    expect(measure(leads, [...calls(110, 0), ...calls(20, 10_000), ...calls(1, 24_000)]).budgetUsed).toBe(1);
  });

  test("does not count what was refused", () => {
    const refused = calls(50, 500).map((call) => ({ ...call, status: 429 }));

    expect(measure(many(1_000, aLead), [...calls(55, 0), ...refused, ...calls(1, 10_000)]).budgetUsed).toBe(0.5);
  });

  test("is unknown when the leads never had to wait that long", () => {
    expect(measure(many(10, aLead), calls(30, 0)).budgetUsed).toBeNull();
  });
});

test.each([
  [[], 0.5, 0],
  [[3, 1, 2], 0.5, 2],
  [[3, 1, 2], 0.99, 3],
])("the nearest rank of %j at %d is %d", (values, share, rank) => {
  expect(percentile(values, share)).toBe(rank);
});
