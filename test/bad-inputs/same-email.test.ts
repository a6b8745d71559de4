import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { scale } from "../faults/scale.ts";
import { type OddPortal, startOddPortal } from "./portal.ts";
import { sameEmailRows } from "./rows/lead-data.ts";

let portal: OddPortal;
beforeAll(async () => {
  portal = await startOddPortal();
}, 60_000);
afterAll(() => portal.stop());

const limitMs = scale(60_000, 1_800_000);

describe("reliability.md §5.4: the same person over and over", () => {
  test.each(sameEmailRows)(
    "%s, of an account that a rep owns: all go to the owner, over capacity too, each decided once",
    async (_title, count) => {
      const ids = await qualifyAll(count, "kim@trailing.example");

      expect(await tally(ids)).toEqual({
        decisions: [1],
        owners: ["102"],
        reasons: [
          expect.stringMatching(/^Bernd Rep102: has lead \d+ of the same person$/),
          "Bernd Rep102: owns the account",
        ],
        tasks: [1],
      });
    },
    limitMs,
  );

  test.each(sameEmailRows)(
    "%s, of no account: all go to whoever got the first, over capacity too, and nobody's turn moves by them",
    async (_title, count) => {
      const ids = await qualifyAll(count, "kim@gmail.com");
      const { decisions, owners, reasons, tasks } = await tally(ids);

      expect({ decisions, tasks }).toEqual({ decisions: [1], tasks: [1] });
      expect(owners).toEqual([expect.stringMatching(/^\d+$/)]);
      expect(reasons.filter((reason) => !/: has lead \d+ of the same person$/.test(reason))).toHaveLength(1);
      expect(await fairness()).toEqual({ sum: 0, isBounded: true });
    },
    limitMs,
  );
});

async function qualifyAll(count: number, email: string): Promise<string[]> {
  const ids = Array.from({ length: count }, () => portal.qualifyOdd({ email, country: "Germany" }));
  await portal.hubspot.webhooks.idle();
  const giveUpAt = performance.now() + limitMs / 3;
  // Ten times as fast as it is, for the sake of HubSpot's limits, and not so fast that a rep's time runs out.
  while ((await openWork()) > 0 && performance.now() < giveUpAt) {
    const next = performance.now() + 30;
    await portal.until("a moment has passed", () => performance.now() > next);
    portal.clock.advance(300);
  }
  await portal.settled();
  return ids;
}

/** Events to decide and writes to make. */
async function openWork(): Promise<number> {
  const { query } = portal.app.deps.db;
  const waiting = await query.selectFrom("inbox").select("eventKey").where("state", "=", "pending").limit(1).execute();
  const unsettled = ["planned", "inflight", "unknown"] as const;
  const writes = await query.selectFrom("operations").select("key").where("state", "in", unsettled).limit(1).execute();
  return waiting.length + writes.length;
}

/** Each value that occurs among these leads. */
async function tally(ids: readonly string[]) {
  const { query } = portal.app.deps.db;
  const rows = await query.selectFrom("decisions").select("leadId").where("leadId", "in", ids).execute();
  const perLead = Map.groupBy(rows, ({ leadId }) => leadId);
  const all = <T>(of: (id: string) => T) => [...new Set(ids.map(of))].sort();
  return {
    decisions: all((id) => perLead.get(id)?.length ?? 0),
    owners: all((id) => portal.property("0-1", id, "hubspot_owner_id")),
    reasons: all((id) => portal.property("0-1", id, "baton_reason")),
    tasks: all((id) => portal.tasksOf(id).length),
  };
}

/** The laws of design.md I4: the credits of a pool sum to nothing, and nobody is far off his share. */
async function fairness() {
  const pools = await portal.app.deps.db.query.selectFrom("ledgers").select("credits").execute();
  const credits = pools.flatMap((pool) => Object.values(pool.credits));
  const sum = credits.reduce((a, b) => a + b, 0);
  return { sum: Math.abs(Math.round(sum * 1e6) / 1e6), isBounded: credits.every((credit) => Math.abs(credit) <= 2.5) };
}
