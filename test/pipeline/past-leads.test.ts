import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type PastSlice, pastLeads } from "../../src/pipeline/past-leads.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
import { fillPortal } from "../crm/hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld } from "../crm/hubspot-world.ts";

// The leads of a time, slice by slice. The world's clock stands at 2026-11-20T10:00Z.

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

function mqlAt(ms: number): string {
  const options = { source: { type: "IMPORT", id: "1" }, version: "v3", at: ms, trusted: true } as const;
  return createRecord(world.portal, "0-1", { lifecyclestage: "marketingqualifiedlead" }, options).id;
}

async function slicesOf(from: string): Promise<PastSlice[]> {
  const wanted = { from, to: world.now().toISOString(), fields: { lead: [], crm: [] } };
  const slices: PastSlice[] = [];
  for await (const slice of pastLeads(world.client, wanted)) if (slice !== "reading") slices.push(slice);
  return slices;
}

test("leads come in the order in which they qualified, whatever their ids, each once", async () => {
  const start = Date.parse("2026-09-01T00:00:00.000Z");
  const times = Array.from({ length: 600 }, (_, each) => start + ((each * 7_919) % 600) * 3_000_000);
  const ids = times.map((ms) => mqlAt(ms));

  const slices = await slicesOf("2026-09-01T00:00:00.000Z");

  const inOrder = ids.map((id, each) => [times[each] ?? 0, id] as const).sort(([a], [b]) => a - b);
  expect(slices.flatMap(({ leads }) => leads.map(({ lead }) => lead.id))).toEqual(inOrder.map(([, id]) => id));
  expect(slices.at(-1)?.until).toBe("2026-11-20T10:00:00.000Z");
}, 30_000);

test("a quiet time is gone through in long slices, a crowded one in short ones", async () => {
  const crowded = Date.parse("2026-11-10T00:00:00.000Z");
  for (let each = 0; each < 2_400; each += 1) mqlAt(crowded + each * 36_000);

  const slices = await slicesOf("2026-05-01T00:00:00.000Z");

  // Half a year is no hundred and eighty searches, and a day of 2,400 leads is not the last of a long slice of them.
  expect(slices.length).toBeLessThan(20);
  expect(slices.flatMap(({ leads }) => leads)).toHaveLength(2_400);
}, 30_000);

test("a time without leads has none", async () => {
  expect((await slicesOf("2026-11-01T00:00:00.000Z")).flatMap(({ leads }) => leads)).toEqual([]);
});
