import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createReplay } from "../../src/pipeline/replay.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

// What earlier decisions gave to whom counts for the next ones: the account lock and caps (default-policy §2).

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  journey = await startJourney({
    policyText: shipped.replace(/caps: {.*?}/, "caps: { leads_per_day: 2, t1_per_hour: 1 }"),
  });
}, 60_000);
afterAll(() => journey.stop());

const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
/** Each of a domain of its own: one that contacts of an account have is the account's. */
const lead = (name: string, country = "Germany") => ({
  email: `${name}@${name}-works.example`,
  country,
  hubspotscore: "45",
  recent_conversion_event_name: "Guide to presses",
});

test("two leads of an account that nobody owns, one after the other and side by side, go to one rep", async () => {
  const first = journey.qualify(lead("ada", "United Kingdom"), "5002");
  await journey.settled();
  const second = journey.qualify(lead("bob", "United Kingdom"), "5002");
  await journey.settled();
  // Over the cap: the account counts more.
  const others = ["cy", "di"].map((name) => journey.qualify(lead(name, "United Kingdom"), "5002"));
  await journey.settled();

  const rep = ownerOf(first);
  expect(["201", "202"]).toContain(rep);
  expect([second, ...others].map(ownerOf)).toEqual([rep, rep, rep]);
}, 60_000);

test("who got as many T1 leads in an hour as they may be given gets the next one an hour later", async () => {
  const hot = async (name: string): Promise<string> => {
    const id = journey.qualify({ ...lead(name), hubspotscore: "90" });
    await journey.settled();
    // Else the lead would go to the next rep in a quarter of an hour.
    playRep(journey.portal, { action: "log-call", contactId: id });
    return ownerOf(id);
  };
  expect([await hot("first"), await hot("second")].sort()).toEqual(["101", "102"]);
  expect(["301", "302"]).toContain(await hot("third"));

  await journey.pass(61 * 60_000, 5 * 60_000);
  expect(["101", "102"]).toContain(await hot("later"));
}, 60_000);

test("all of it is decided the same way again from what was stored (I12)", async () => {
  const { query } = journey.app.deps.db;
  const batches = await query.selectFrom("batches").select(["workspaceId", "id"]).execute();
  const replay = createReplay(query, batches[0]?.workspaceId ?? "");
  const replayed = await Promise.all(batches.map(({ id }) => replay(id)));
  expect(replayed.flatMap((each) => each?.mismatches ?? [])).toEqual([]);
  expect(batches.length).toBeGreaterThan(4);
});
