import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { scale } from "../faults/scale.ts";
import { oddLead } from "./odd-leads.ts";
import { alertsOf, type OddPortal, startOddPortal } from "./portal.ts";

let portal: OddPortal;
beforeAll(async () => {
  portal = await startOddPortal({ capacity: 10_000 });
}, 60_000);
afterAll(() => portal.stop());

const atOnce = 100;

test(
  "whatever the fields of a lead hold, it is decided once, with a reason that stands on it",
  async () => {
    const decided = fc.asyncProperty(fc.array(oddLead, { minLength: atOnce, maxLength: atOnce }), async (leads) => {
      const ids = leads.map((lead) => qualify(lead));
      await portal.settled();
      // What a busy machine did not answer within five seconds is sent again a minute later.
      while (portal.hubspot.webhooks.pending().held > 0) await portal.pass(30_000, 5_000);
      expect(await undecided(ids, leads)).toEqual([]);
    });
    // What a failed batch left behind would fail every smaller one.
    await fc.assert(decided, { numRuns: scale(1_000, 100_000) / atOnce, endOnFailure: true });

    expect(await alertsOf(portal)).not.toMatch(/parked|could not be read/);
  },
  scale(90_000, 3_600_000),
);

/** The dates of the stage are HubSpot's own: they are set when the contact enters it. */
function qualify(properties: Record<string, string>): string {
  const id = portal.qualifyOdd({ country: "Germany", ...properties });
  portal.hold(id, properties);
  return id;
}

/** Those that ended in any other way, with all that they hold. */
async function undecided(ids: readonly string[], leads: readonly Record<string, string>[]) {
  const { query } = portal.app.deps.db;
  const rows = await query.selectFrom("decisions").select("leadId").where("leadId", "in", ids).execute();
  const perLead = Map.groupBy(rows, ({ leadId }) => leadId);
  return ids.flatMap((id, index) => {
    const decisions = perLead.get(id)?.length ?? 0;
    const reason = portal.property("0-1", id, "baton_reason");
    return decisions === 1 && reason !== "" ? [] : [{ id, decisions, reason, lead: leads[index] }];
  });
}
