import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { installThroughBrowser, type Journey, portalId, startJourney } from "../journeys/world.ts";
import { scale } from "./scale.ts";

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;

let journey: Journey;
afterEach(() => journey.stop());

/** Nobody touches these leads: that no clock of theirs ends meanwhile is another test's matter. */
async function start(): Promise<Journey> {
  const shipped = await readFile("src/policies/default.yaml", "utf8");
  const patient = shipped.replace("T3: { warn: 3h, breach: 4h }", "T3: { warn: 48h, breach: 96h }");
  return startJourney({ policyText: aroundTheClock(patient) });
}
const lastRequest = () => journey.hubspot.requests.list().at(-1)?.id ?? 0;
const isRefresh = ({ path, body }: RequestEntry) =>
  path.endsWith("/token") && JSON.stringify(body).includes('"refresh_token"');
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const isRouted = (id: string) => ownerOf(id) !== "" && journey.tasksOf(id).length > 0;
const hasOne = (id: string) => {
  const owners = journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? [];
  return owners.length === 1 && journey.tasksOf(id).length === 1;
};
const qualify = (name: string) => journey.qualify({ email: `${name}@somewhere.example`, country: "Germany" });

describe("F16: a token that lives for two seconds", () => {
  const lifetimeMs = 2 * secondMs;
  const rounds = scale(40, 300);
  const leadsPerRound = scale(5, 50);

  test("is refreshed at most once per expiry, and costs no lead", async () => {
    journey = await start();
    journey.hubspot.tokens.settings.lifetimeSeconds = lifetimeMs / secondMs;
    journey.hubspot.tokens.expire();
    const since = lastRequest();
    const startedAt = journey.clock.now();
    const ids: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < leadsPerRound; count += 1) ids.push(qualify(`short-${ids.length}`));
      // Half of a life: each second step ends it, with calls on their way.
      await journey.step(secondMs);
    }
    await journey.inTime("all are routed", () => ids.every(isRouted));

    const lived = (journey.clock.now() - startedAt) / lifetimeMs;
    const refreshes = journey.hubspot.requests.list({ since }).filter(isRefresh);
    // A token is renewed when five sixths of its life are over (tokens.ts), which counts as its expiry.
    expect(refreshes.length).toBeLessThanOrEqual(Math.ceil((lived * 6) / 5) + 1);
    expect(refreshes.length).toBeGreaterThan(rounds / 4);
    expect(ids.filter((id) => !hasOne(id))).toEqual([]);
  }, 300_000);
});

describe("F16: a grant that is revoked for good in mid-batch and given again after six hours", () => {
  const before = scale(120, 1_000);
  const waiting = scale(400, 5_000);

  test("loses no lead; the backlog drains in order of age inside the budget, and who waited too long is flagged", async () => {
    journey = await start();
    const ids = Array.from({ length: before }, (_, index) => qualify(`before-${index}`));
    await journey.until("a batch is being written", () => ids.some((id) => ownerOf(id) !== ""));
    for (const installation of journey.hubspot.installations) installation.refreshToken = "";
    journey.hubspot.tokens.expire();
    await journey.inTime("the account is paused", async () => (await alertKinds()).includes("connection-paused"));
    await arrive(ids, { count: waiting - 10, ms: 6 * hourMs });
    // These wait for less than the policy allows.
    const fresh = Array.from({ length: 10 }, (_, index) => qualify(`fresh-${index}`));
    await journey.hubspot.webhooks.idle();
    const paused = lastRequest();
    await installThroughBrowser(journey.app.url, portalId);
    await journey.inTime("the backlog is written", () => [...ids, ...fresh].every(isRouted));

    const all = [...ids, ...fresh];
    expect(all.filter((id) => !hasOne(id))).toEqual([]);
    const decided = await decisions();
    expect(decided.map(({ leadId }) => leadId).toSorted()).toEqual(all.toSorted());
    expect(worstOvertaking(decided)).toBeLessThanOrEqual(maxOvertaking);
    const sent = journey.hubspot.requests.list({ since: paused });
    expect(sent.filter(({ status, fault }) => status === 429 && fault === null)).toEqual([]);
    const flagged = decided.filter(({ isFlagged }) => isFlagged).map(({ leadId }) => leadId);
    expect(flagged.toSorted()).toEqual(
      decided
        .filter(({ waitedMs }) => waitedMs > 4 * hourMs)
        .map(({ leadId }) => leadId)
        .toSorted(),
    );
    expect(flagged.length).toBeGreaterThan(waiting / 4);
    expect(fresh.filter((id) => flagged.includes(id))).toEqual([]);
    expect(await alertKinds()).toContain("stale-leads");
    for (const id of flagged.slice(0, 5)) expect(taskOf(id)).toContain("had to wait");
    expect(taskOf(fresh[0] ?? "")).not.toContain("had to wait");
  }, 600_000);

  /** Reads are up to ten batches of a hundred side by side, and up to four of them are recorded together. */
  const maxOvertaking = 1_000;
});

/** Leads that qualify one after the other while time passes. */
async function arrive(ids: string[], { count, ms }: { count: number; ms: number }): Promise<void> {
  const bunch = Math.ceil(count / 60);
  for (let left = count; left > 0; left -= bunch) {
    for (let one = 0; one < Math.min(bunch, left); one += 1) ids.push(qualify(`waiting-${ids.length}`));
    await journey.step((ms * bunch) / count);
  }
}

async function alertKinds(): Promise<string[]> {
  return (await openAlertsOfAll(journey.app.deps.db.query, 100)).map(({ kind }) => kind);
}

type Decided = { leadId: string; waitedMs: number; isFlagged: boolean; qualifiedAt: string };

/** In the order in which they were decided. */
async function decisions(): Promise<Decided[]> {
  const rows = await journey.app.deps.db.query
    .selectFrom("decisions")
    .selectAll()
    .orderBy("decidedAt")
    .orderBy("position")
    .execute();
  return rows.map(({ leadId, qualifiedAt, decidedAt, decision }) => ({
    leadId,
    qualifiedAt,
    waitedMs: Date.parse(decidedAt) - Date.parse(qualifiedAt),
    isFlagged: decision.trace.some((step) => step.step === "noted" && step.because === "stale"),
  }));
}

/** How many younger leads one saw go before it, at worst. */
function worstOvertaking(decided: readonly Decided[]): number {
  const byAge = decided.toSorted((a, b) => (a.qualifiedAt < b.qualifiedAt ? -1 : 1));
  const rank = new Map(byAge.map(({ leadId }, index) => [leadId, index]));
  return Math.max(...decided.map(({ leadId }, index) => index - (rank.get(leadId) ?? index)));
}

function taskOf(id: string): string {
  return journey.property("0-27", journey.tasksOf(id)[0] ?? "", "hs_task_body");
}
