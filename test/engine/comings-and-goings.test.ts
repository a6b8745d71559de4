import { expect, test } from "@jest/globals";
import { applyMoves, type Leavers, type Ledgers, reconcileMembers } from "../../src/engine/ledger.ts";
import { nextInCredit } from "../../src/engine/strategies/quota.ts";
import { seededRandom } from "../builders.ts";

const hourMs = 3_600_000;
const startAt = Date.parse("2026-01-01T00:00:00Z");
const { abs, max } = Math;

type Pool = { ledgers: Ledgers["credits"]; leavers: Leavers };

/** Somebody of these gets a lead, if anybody is there. */
function pick(
  { ledgers, leavers }: Pool,
  here: readonly string[],
  { leadId, weightOf }: { leadId: string; weightOf: (id: string) => number },
): Pool {
  const total = here.reduce((sum, id) => sum + weightOf(id), 0);
  const [first, ...others] = here.map((repId) => {
    const credit = ledgers.pool?.[repId] ?? 0;
    const [weight, load, capacity, seniority] = [weightOf(repId), 0, 30, 1];
    return { repId, weight, share: weight / total, credit, load, busy: load, capacity, seniority };
  });
  if (first === undefined) return { ledgers, leavers };
  const turn = { leadId, poolId: "pool", contactAt: () => 0, givenAt: () => 0 };
  const { repId: paidBy } = nextInCredit([first, ...others], turn);
  const weights = here.map(weightOf);
  return { ledgers: applyMoves(ledgers, { poolId: "pool", paidBy, repIds: here, weights }), leavers };
}

/** The largest |credit| of a pool whose members leave, some of them just when they are owed something, and come back. */
function largestCredit(seed: number): number {
  const random = seededRandom(seed);
  const ids = Array.from({ length: 2 + Math.floor(random() * 28) }, (_, at) => `rep-${at}`);
  const weights = new Map(ids.map((id) => [id, 0.05 + random() * (random() < 0.2 ? 5 : 1)]));
  const restlessness = random() * 0.3;
  const isSly = random() < 0.5;
  let pool: Pool = { ledgers: {}, leavers: {} };
  let here = ids;
  let largest = 0;
  for (let hour = 0; hour < 200; hour += 1) {
    const isOwed = (id: string): boolean => (pool.ledgers.pool?.[id] ?? 0) > 0;
    here = ids.filter((id) => {
      if (random() >= restlessness) return here.includes(id);
      return here.includes(id) ? isSly && !isOwed(id) : !isSly || random() < 0.5;
    });
    if (random() < 0.02) here = ids;
    const found = reconcileMembers(
      { poolId: "pool", credits: pool.ledgers.pool ?? {}, leavers: pool.leavers },
      { members: here, now: new Date(startAt + hour * hourMs).toISOString(), keepDays: 30 },
    );
    pool = { ledgers: found.entries.reduce(applyMoves, pool.ledgers), leavers: found.leavers };
    for (const lead of [1, 2, 3])
      pool = pick(pool, here, { leadId: `${hour}-${lead}`, weightOf: (id) => weights.get(id) ?? 1 });
    largest = max(largest, ...Object.values(pool.ledgers.pool ?? {}).map(abs));
  }
  return largest;
}

test("Law B: also in pools whose members leave and come back every |credit| is at most 1.5", () => {
  const largest = max(...Array.from({ length: 400 }, (_, at) => largestCredit(at + 1)));
  console.info(`Law B, with members who come and go: largest |credit| seen ${largest.toFixed(4)}`);
  expect(largest).toBeLessThanOrEqual(1.5);
});
