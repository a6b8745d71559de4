import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import { type Journey, portalId, startJourney } from "../journeys/world.ts";
import { scale } from "./scale.ts";

const secondMs = 1_000;
/** hubspot.md §3.1: requests per ten seconds. */
const limit = { requests: 110, windowMs: 10 * secondMs };
const stormMs = scale(40, 300) * secondMs;
const leadsPerSecond = scale(3, 10);
/** Until the backlog of the storm is written: the last refusal's wait, a retry's, and the calls. */
const calmWithinMs = 60 * secondMs;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({ policyText: aroundTheClock(await readFile("src/policies/default.yaml", "utf8")) });
}, 60_000);
afterAll(() => journey.stop());

test("F19: a storm of 429s is not fed by retries, and loses nothing", async () => {
  const { faults } = journey.hubspot;
  const half = { probability: 0.5, portalId };
  faults.add({ route: "POST /crm/objects/:version/:type/search", kind: "search-rate-limit", ...half });
  faults.add({ route: "*", kind: "rate-limit", ...half });
  const storm = await load("storm", stormMs);
  faults.clear();
  const endedAt = journey.clock.now();
  await journey.inTime("the backlog is written", () => storm.ids.every(isRouted));
  const drainedMs = journey.clock.now() - endedAt;
  await settled();
  const calm = await load("calm", stormMs);
  await journey.inTime("all is written", () => calm.ids.every(isRouted));
  await settled();

  const refused = storm.sent.filter(({ fault }) => fault !== null);
  // It did storm, for as long as it lasted.
  expect(refused.length / storm.sent.length).toBeGreaterThan(0.25);
  expect(Math.max(...gaps(refused))).toBeLessThan(4 * limit.windowMs);
  expect(busiestWindow(storm.sent)).toBeLessThanOrEqual(1.1 * limit.requests);
  expect(storm.sent.length).toBeLessThanOrEqual(1.1 * limit.requests * (stormMs / limit.windowMs));
  // The same leads cost no more calls for being refused: what waits shares the next one.
  expect(storm.sent.length).toBeLessThanOrEqual(1.1 * calm.sent.length);
  expect(drainedMs).toBeLessThanOrEqual(calmWithinMs);
  expect(await notOnce([...storm.ids, ...calm.ids])).toEqual([]);
  expect(await endsOfInbox()).toEqual([]);
  // None by our own fault (design.md I11).
  expect(journey.hubspot.requests.list().filter(({ status, fault }) => status === 429 && fault === null)).toEqual([]);
}, 600_000);

/** Leads that qualify second by second, and the calls that were sent meanwhile. */
async function load(name: string, ms: number): Promise<{ ids: string[]; sent: RequestEntry[] }> {
  const ids: string[] = [];
  const since = journey.hubspot.requests.list().at(-1)?.id ?? 0;
  for (let passed = 0; passed < ms; passed += secondMs) {
    for (let count = 0; count < leadsPerSecond; count += 1)
      ids.push(journey.qualify({ email: `${name}-${ids.length}@somewhere.example`, country: "Germany" }));
    await journey.nudge(secondMs);
  }
  const sent = journey.hubspot.requests.list({ since, portalId });
  return { ids, sent: sent.filter(({ path }) => !path.endsWith("/search")) };
}

const isRouted = (id: string) =>
  journey.property("0-1", id, "hubspot_owner_id") !== "" && journey.tasksOf(id).length > 0;

async function settled(): Promise<void> {
  const open = async () => {
    const { query } = journey.app.deps.db;
    const rows = query.selectFrom("operations").select("key").where("state", "in", ["planned", "inflight", "unknown"]);
    const waiting = query.selectFrom("inbox").select("eventKey").where("state", "=", "pending");
    return (await rows.execute()).length + (await waiting.execute()).length;
  };
  await journey.inTime("nothing is left", async () => (await open()) === 0);
}

function busiestWindow(sent: readonly RequestEntry[]): number {
  let busiest = 0;
  let from = 0;
  sent.forEach(({ at }, index) => {
    while ((sent[from]?.at ?? at) <= at - limit.windowMs) from += 1;
    busiest = Math.max(busiest, index - from + 1);
  });
  return busiest;
}

const gaps = (sent: readonly RequestEntry[]) => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? at));

/** Leads that were decided or given to an owner or a task other than once. */
async function notOnce(ids: readonly string[]): Promise<string[]> {
  const decisions = await journey.app.deps.db.query.selectFrom("decisions").select("leadId").execute();
  const counts = Map.groupBy(decisions, ({ leadId }) => leadId);
  const ownersOf = (id: string) => journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? [];
  const isOnce = (id: string) =>
    counts.get(id)?.length === 1 && ownersOf(id).length === 1 && journey.tasksOf(id).length === 1;
  return ids.filter((id) => !isOnce(id));
}

async function endsOfInbox(): Promise<string[]> {
  const rows = await journey.app.deps.db.query.selectFrom("inbox").selectAll().execute();
  return rows.filter(({ state }) => state !== "done" && state !== "ignored").map(({ subjectId }) => subjectId);
}
