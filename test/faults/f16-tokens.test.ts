import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import { CrmError } from "../../src/errors.ts";
import type { Connection } from "../../src/model/connection.ts";
import { createTokenSource } from "../../src/pipeline/tokens.ts";
import { recordsNamed } from "../../src/sandbox/hubspot/partial.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { saveTokens } from "../../src/store/tokens.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { type HubspotWorld, startHubspotWorld } from "../crm/hubspot-world.ts";
import { installThroughBrowser, type Journey, portalId, startJourney } from "../journeys/world.ts";
import { openTestDatabase } from "../store/database.ts";
import { scale } from "./scale.ts";

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;

let journey: Journey;

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

/** A token of two seconds is renewed when five sixths of its life are over (tokens.ts): as often as that it expires. */
const lifetimeMs = 2 * secondMs;
const expiriesIn = (ms: number) => Math.ceil(ms / ((lifetimeMs * 5) / 6));

/** Refreshes right after another one, although nobody had ended the new token meanwhile. */
function needless(refreshes: readonly RequestEntry[], endedAt: readonly number[] = []): string[] {
  const needed = ({ at, id }: RequestEntry, before: RequestEntry) =>
    at - before.at >= secondMs / 4 || endedAt.some((ended) => ended > before.id && ended <= id);
  return refreshes.flatMap((refresh, index) => {
    const before = refreshes[index - 1];
    return before === undefined || needed(refresh, before) ? [] : [`${refresh.id} after ${before.id}`];
  });
}

describe("F16: fifty who call at once", () => {
  const workers = 50;
  const rounds = scale(12, 300);
  let world: HubspotWorld;
  let db: Db;
  afterEach(async () => {
    await world.stop();
    await db.close();
  });

  test("share one refresh per expiry, whether the token ran out or was ended under way", async () => {
    world = await startHubspotWorld();
    db = await openTestDatabase();
    const client = await clientWithTokens(db, world);
    const { clock, requests, tokens } = world.hubspot;
    tokens.settings.lifetimeSeconds = lifetimeMs / secondMs;
    const startedAt = clock.now();
    const endedAt: number[] = [];
    let answers = 0;
    for (let round = 0; round < rounds; round += 1) {
      const began = requests.list().at(-1)?.id ?? 0;
      // Every second time it is ended when some have arrived, some are on their way and some wait for their turn.
      const stop = requests.watch(({ id }) => {
        if (round % 2 === 0 || id < began + workers / 5) return;
        stop();
        tokens.expire();
        endedAt.push(id);
      });
      const calls = Array.from({ length: workers }, () => worked(() => client.listStages({ lane: "live-read" })));
      answers += (await Promise.all(calls)).length;
      stop();
      // A whole window, so that nobody waits for the limit: that would move the clock from under calls on their way.
      clock.advance(10 * secondMs);
    }

    const refreshes = requests.list().filter(isRefresh);
    expect(answers).toBe(workers * rounds);
    expect(refreshes.length).toBeGreaterThanOrEqual(rounds);
    expect(endedAt.length).toBe(Math.floor(rounds / 2));
    expect(needless(refreshes, endedAt)).toEqual([]);
    expect(refreshes.length).toBeLessThanOrEqual(expiriesIn(clock.now() - startedAt) + endedAt.length + 1);
  }, 300_000);

  /** As work does that failed for its token (errors.ts): here a jump of the clock may end even the second one. */
  async function worked<T>(work: () => Promise<T>, tries = 5): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CrmError) || error.kind !== "unauthorized" || tries === 1) throw error;
      return worked(work, tries - 1);
    }
  }

  /** The client that a worker makes, with the worker's own source of tokens. */
  async function clientWithTokens(
    database: Db,
    { crm, hubspot, installation, portal, token, now, connect }: HubspotWorld,
  ) {
    const at = now().toISOString();
    const keyring = { currentKeyId: "k", keys: new Map([["k", Buffer.alloc(32, 3)]]) };
    await ensureWorkspace(database.query, { id: "w1", name: "W", at });
    const connection: Connection = {
      id: "c1",
      workspaceId: "w1",
      crm: "hubspot",
      externalId: String(portal.id),
      status: "active",
      pausedBecause: null,
      timeZone: "UTC",
      uiHost: "app.hubspot.com",
      scopes: [],
      grantNumber: 1,
      mode: "live",
      capabilities: { uniqueTaskKey: true, readsAvailability: true },
    };
    await linkConnection(database.query, connection, at);
    const expiresAt = new Date(hubspot.clock.now() + lifetimeMs).toISOString();
    const held = { accessToken: token, refreshToken: installation.refreshToken, expiresAt, lifetimeMs };
    await saveTokens(database.query, keyring, { ...connection, tokens: held });
    const revoked = async (because: string) => {
      throw new Error(because);
    };
    return connect({ tokens: createTokenSource({ db: database, keyring, now }, crm, connection, revoked) });
  }
});

describe("F16: a token that lives for two seconds", () => {
  const rounds = scale(12, 300);
  const leadsPerRound = scale(5, 15);

  afterEach(() => journey.stop());

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
      await journey.nudge(secondMs);
    }
    await journey.inTime("all are routed", () => ids.every(isRouted), scale(20, 120) * secondMs);

    const refreshes = journey.hubspot.requests.list({ since }).filter(isRefresh);
    expect(refreshes.length).toBeGreaterThan(rounds / 4);
    expect(needless(refreshes)).toEqual([]);
    expect(refreshes.length).toBeLessThanOrEqual(expiriesIn(journey.clock.now() - startedAt) + 1);
    expect(ids.filter((id) => !hasOne(id))).toEqual([]);
  }, 300_000);
});

describe("F16: a grant that is revoked for good in mid-batch and given again after six hours", () => {
  const before = scale(60, 1_000);
  const waiting = scale(150, 5_000);
  afterEach(() => journey.stop());

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
    await journey.inTime("the backlog is written", () => [...ids, ...fresh].every(isRouted), scale(20, 300) * secondMs);

    const all = [...ids, ...fresh];
    expect(all.filter((id) => !hasOne(id))).toEqual([]);
    const decided = await decisions();
    expect(decided.map(({ leadId }) => leadId).toSorted()).toEqual(all.toSorted());
    expect(worstOvertaking(decided)).toBeLessThanOrEqual(maxOvertaking);
    const sent = journey.hubspot.requests.list({ since: paused });
    expect(Math.max(...spreads(sent, ids.slice(before)))).toBeLessThanOrEqual(100 + 2 * bunchOf(waiting));
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

  /** Ten batches of a hundred may be read side by side, and are recorded as they come. */
  const maxOvertaking = 1_000;
});

/** So many arrive at one moment. */
const bunchOf = (count: number) => Math.ceil(count / 60);

/** Of each batch that was read for the first time: how far apart by age its leads are, when all are given in that order. */
function spreads(sent: readonly RequestEntry[], byAge: readonly string[]): number[] {
  const ranks = new Map(byAge.map((id, index) => [id, index]));
  const reads = sent.filter(({ path }) => path.endsWith("/contacts/batch/read"));
  return reads.flatMap(({ body }) => {
    const found = [...recordsNamed(body)].flatMap((id) => ranks.get(id) ?? []);
    for (const id of recordsNamed(body)) ranks.delete(id);
    return found.length === 0 ? [] : [Math.max(...found) - Math.min(...found)];
  });
}

/** Leads that qualify one after the other while time passes. */
async function arrive(ids: string[], { count, ms }: { count: number; ms: number }): Promise<void> {
  const bunch = bunchOf(count);
  for (let left = count; left > 0; left -= bunch) {
    for (let one = 0; one < Math.min(bunch, left); one += 1) ids.push(qualify(`waiting-${ids.length}`));
    await journey.nudge((ms * bunch) / count);
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
    isFlagged: decision.trace.some(
      (step) => typeof step === "object" && step.step === "noted" && step.because === "stale",
    ),
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
