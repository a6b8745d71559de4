import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import { recordsNamed } from "../../src/sandbox/hubspot/partial.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import { installThroughBrowser, type Journey, portalId, startJourney } from "../journeys/world.ts";
import { type End, type Expected, type Row, rows } from "./error-classes.ts";
import { isWhole } from "./scale.ts";

let journey: Journey;
beforeAll(async () => {
  const policyText = aroundTheClock(await readFile("src/policies/default.yaml", "utf8"));
  journey = await startJourney({ policyText });
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const places = ["first", "middle", "last"] as const;
type Place = (typeof places)[number];
type Verb = "read" | "write";
type Case = { row: Row; verb: Verb; place: Place };

const all: Case[] = rows.flatMap((row) =>
  (["read", "write"] as const).flatMap((verb) => places.map((place) => ({ row, verb, place }))),
);
/** The short form takes one place of each, by a seed: over the table every place comes up. */
const seed = Number(process.env.FAULT_SEED ?? 14);
const chosen = all.filter((_, index) => isWhole || index % 3 === (Math.floor(index / 3) * 7 + seed) % 3);

const routes = {
  read: "POST /crm/objects/:version/contacts/batch/read",
  write: "POST /crm/objects/:version/contacts/batch/update",
};
const named = chosen.map((one) => [one.row.code, one.verb, one.place, one.row.class.name, one] as const);

test("the table of reliability.md §3.10 makes at least 120 cases", () => {
  expect(all.length).toBeGreaterThanOrEqual(120);
});

describe(`F14: each answer has its class (seed ${seed})`, () => {
  test.each(named)("%s to a %s about the %s of a batch: %s", async (_code, verb, place, _class, { row }) => {
    const expected = row.class[verb];
    const ids = await threeLeads();
    const victim = ids[places.indexOf(place)] ?? "";
    const siblings = ids.filter((id) => id !== victim);
    const seen = await strike({ row, verb, victim, ids });

    const first = seen.find(({ fault }) => fault !== null);
    expect(placeIn(first, victim)).toBe(place);
    expect(storyOf(seen, row)).toMatch(expected.story);
    expect(repeatedIn(seen, expected)).toEqual([]);
    if (expected.waitMs !== undefined) expect(waitIn(seen, first)).toBeGreaterThanOrEqual(expected.waitMs);
    if (expected.pausesAll) expect(sentWithin(first, expected.waitMs ?? 0)).toEqual([]);
    expect(await endOf(victim)).toEqual({ end: expected.end, because: expected.because ?? null });
    const sharesFate = row.class.about === "account";
    for (const id of siblings) expect(await endOf(id)).toMatchObject({ end: sharesFate ? expected.end : "routed" });
    if (expected.alert !== undefined) expect(await alertKinds()).toContain(expected.alert);
    for (const id of ids) expect([ownersOf(id) <= 1, journey.tasksOf(id).length <= 1]).toEqual([true, true]);
  });
});

let leads = 0;
let mark = 0;

/** Three that qualify at once: one webhook, one batch. Their order in it is that of their qualification. */
async function threeLeads(): Promise<string[]> {
  await journey.app.deps.db.query.deleteFrom("alerts").execute();
  mark = journey.hubspot.requests.list().at(-1)?.id ?? 0;
  return places.map((place) => {
    leads += 1;
    journey.clock.advance(1);
    return journey.qualify({ email: `${place}-${leads}@somewhere.example`, country: "Germany" });
  });
}

/** Lets the fault strike and everything come to its end; answers the calls about the lead. */
async function strike(given: {
  row: Row;
  verb: Verb;
  victim: string;
  ids: readonly string[];
}): Promise<RequestEntry[]> {
  const { row, verb, victim, ids } = given;
  const { waitMs, pausesAll, alert } = row.class[verb];
  const times = row.times?.[verb];
  const record = row.class.about === "account" ? {} : { record: victim };
  journey.hubspot.faults.add({
    route: routes[verb],
    ...record,
    ...row.bend,
    ...(times === undefined ? {} : { times }),
  });
  const calls = () => callsAbout(victim);
  await journey.inTime("the fault has struck", () => calls().some(({ fault }) => fault !== null));
  if (pausesAll && waitMs !== undefined && waitMs > 60_000) {
    // Answered, or the clock would run away from under the call.
    await journey.until("it is paused", async () => calls().every(({ status }) => status > 0));
    await new Promise((resolve) => setTimeout(resolve, 30));
    journey.clock.advance(waitMs - 1_000);
  }
  if (alert === "connection-waits") await journey.until("it is told", async () => (await alertKinds()).includes(alert));
  await journey.inTime("all is at its end", async () => (await openFor(ids)) === 0);
  return calls();
}

const callsAbout = (id: string) =>
  journey.hubspot.requests
    .list({ since: mark })
    .filter(({ path, body }) => path.endsWith("/token") || (isLeadCall(path) && recordsNamed(body).has(id)));

const isLeadCall = (path: string) => /contacts\/batch\/(read|update)$/.test(path);

/** From the last call before the fault on: on a busy machine facts grow too old before they are used. */
function storyOf(seen: readonly RequestEntry[], { class: { name } }: Row): string {
  const struckAt = seen.findIndex(({ fault }) => fault !== null);
  const letters = seen.slice(Math.max(0, struckAt - 1)).map(({ path, fault }) => {
    const letter = path.endsWith("/token") ? "T" : path.endsWith("/read") ? "R" : "W";
    return `${letter}${fault === null ? "" : "!"}`;
  });
  // A token that ran out in the course of time is another story.
  return letters.filter((letter) => letter !== "T" || name.startsWith("auth")).join(" ");
}

function placeIn(request: RequestEntry | undefined, id: string): string {
  const ids = [...recordsNamed(request?.body)];
  return ids.length === places.length ? (places[ids.indexOf(id)] ?? "nowhere") : `among ${ids.length}`;
}

/** Calls that were sent although the same had been refused for good. */
function repeatedIn(seen: readonly RequestEntry[], { end }: Expected): string[] {
  if (end === "routed") return [];
  const struck = seen.filter(({ fault }) => fault !== null).map(({ path, body }) => `${path} ${JSON.stringify(body)}`);
  return struck.filter((one, index) => struck.indexOf(one) !== index);
}

function waitIn(seen: readonly RequestEntry[], first: RequestEntry | undefined): number {
  const next = seen.find(({ id, path }) => id > (first?.id ?? 0) && isLeadCall(path));
  return (next?.at ?? Number.NaN) - (first?.at ?? Number.NaN);
}

/** Calls of the account in the time after a struck one; searches have a window of their own. */
function sentWithin(first: RequestEntry | undefined, ms: number): string[] {
  const from = first?.at ?? 0;
  return journey.hubspot.requests
    .list({ since: first?.id ?? 0, portalId })
    .filter(({ at, path }) => at > from && at < from + ms && !path.endsWith("/search"))
    .map(({ path }) => path);
}

async function openFor(ids: readonly string[]): Promise<number> {
  const { query } = journey.app.deps.db;
  const inbox = query
    .selectFrom("inbox")
    .select("eventKey")
    .where("subjectId", "in", ids)
    .where("state", "=", "pending");
  const operations = query.selectFrom("operations").select("key").where("leadId", "in", ids);
  const open = operations.where("state", "in", ["planned", "inflight", "unknown"]);
  const decided = await query.selectFrom("inbox").select("state").where("subjectId", "in", ids).execute();
  // Each has been told of at least once.
  if (decided.length < ids.length) return 1;
  return (await inbox.execute()).length + (await open.execute()).length;
}

async function endOf(id: string): Promise<{ end: End | string; because: string | null }> {
  const { query } = journey.app.deps.db;
  const inbox = await query.selectFrom("inbox").selectAll().where("subjectId", "=", id).execute();
  const parked = inbox.find(({ state }) => state === "parked");
  if (parked !== undefined) return { end: "parked", because: parked.because };
  if (inbox.some(({ because }) => because === "lead-gone")) return { end: "gone", because: null };
  const operations = await query.selectFrom("operations").selectAll().where("leadId", "=", id).execute();
  const updates = operations.filter(({ kind }) => kind === "update-lead");
  if (updates.some(({ state }) => state === "refused")) return { end: "refused", because: null };
  if (updates.some(({ receipt }) => receipt?.kind === "gone")) return { end: "gone", because: null };
  const owner = journey.property("0-1", id, "hubspot_owner_id");
  const isRouted = owner !== "" && journey.tasksOf(id).length === 1;
  return { end: isRouted ? "routed" : `owner ${owner}, tasks ${journey.tasksOf(id).length}`, because: null };
}

async function alertKinds(): Promise<string[]> {
  const alerts = await journey.app.deps.db.query.selectFrom("alerts").select("kind").execute();
  return alerts.map(({ kind }) => kind);
}

function ownersOf(id: string): number {
  const history = journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? [];
  return new Set(history.map(({ value }) => value)).size;
}

describe("auth, final: the refresh token is refused", () => {
  test.each([
    "read",
    "write",
  ] as const)("in a %s: the account is paused, what comes in is kept, and a new grant routes it", async (verb) => {
    const ids = await threeLeads();
    for (const installation of journey.hubspot.installations) installation.refreshToken = "";
    journey.hubspot.faults.add({ route: routes[verb], kind: "token-expired" });
    await journey.inTime("it is told", async () => (await alertKinds()).includes("connection-paused"));
    const paused = journey.hubspot.requests.list().at(-1)?.id ?? 0;
    const later = journey.qualify({ email: `later-${verb}@somewhere.example`, country: "Germany" });
    await journey.hubspot.webhooks.idle();
    journey.clock.advance(60_000);
    const meanwhile = journey.hubspot.requests.list({ since: paused }).length;
    const kept = await openFor([later]);
    journey.hubspot.faults.clear();
    await installThroughBrowser(journey.app.url, portalId);
    await journey.inTime("all is at its end", async () => (await openFor([...ids, later])) === 0);

    // Its creation and its qualification.
    expect([meanwhile, kept]).toEqual([0, 2]);
    for (const id of [...ids, later]) expect(await endOf(id)).toEqual({ end: "routed", because: null });
  });
});
