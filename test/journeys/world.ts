import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawBuilder } from "kysely";
import { type App, createApp } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import type { Progress } from "../../src/deps.ts";
import { createLog, silentLog } from "../../src/log.ts";
import type { Clock } from "../../src/sandbox/clock.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import type { Db, OnOutage } from "../../src/store/db.ts";
import { freshDirectory, openInDirectory, openOnServer, openTestDatabase, testServer } from "../store/database.ts";
import { seed } from "./seed.ts";

export const portalId = 62515;
/** A Tuesday on which DACH, UK and the east of the US are all at work. */
export const startOfTime = Date.parse("2026-11-17T14:00:00.000Z");

/** The whole product over HTTP: a portal with reps and companies, Baton installed in it, one clock for both. */
export type Journey = {
  hubspot: HubspotSandbox;
  portal: Portal;
  app: App;
  clock: Clock;
  progress: Progress[];
  /** What leads a command of the command line to the same data. */
  env: Readonly<Record<string, string>>;
  /** Creates a contact; it becomes MQL by a workflow and its webhook goes out. Gives its id. */
  qualify(properties: Record<string, string>, companyId?: string): string;
  create(properties: Record<string, string>, companyId?: string): string;
  toStage(contactId: string, stage: string): void;
  property(type: string, id: string, name: string): string;
  /** Ids of the tasks of a contact, oldest first. */
  tasksOf(contactId: string): string[];
  /** Waits for a condition in real time, at most 60 s: machines are shared. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** The same (60 s, or `atMostMs` of real time) while time passes: the clock moves in steps whenever HubSpot has not been called for a moment. */
  inTime(what: string, condition: () => boolean | Promise<boolean>, atMostMs?: number): Promise<void>;
  /** Lets a short time pass when HubSpot has not been called for a moment; what that wakes is left under way. */
  nudge(ms: number): Promise<void>;
  /** Everything that came in is decided and written. */
  settled(): Promise<void>;
  /** What is not decided or not written yet, a line each. */
  open(): Promise<string[]>;
  /** Lets `ms` pass for both sides, in steps; calls and webhooks of each step end before the next. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** One such step: what waits for a later time is left waiting. */
  step(ms: number): Promise<void>;
  stop(): Promise<void>;
};

const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };

export type JourneyOptions = {
  policyText?: string;
  configure?: (config: Config) => Config;
  /** The embedded database lies where a command of the command line finds it; default: in memory, which is fastest. */
  inDirectory?: boolean;
  /** Of all that the sandbox leaves to chance. */
  seed?: number;
  /** Sets up the portal before Baton is installed in it. */
  prepare?: (portal: Portal) => void;
};

/** The shipped policy but for its caps: a journey's few reps get more leads in a minute than anybody should in an hour. */
export const withoutCaps = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8").replace(
  /caps: \{.*?\}/,
  "caps: {}",
);

export async function startJourney(options: JourneyOptions = {}): Promise<Journey> {
  const clock = createClock({ startAt: startOfTime, speed: 1 });
  const hubspot = await startHubspot({ clock, controlPort: 0, seed: options.seed ?? 1 });
  const portal = hubspot.addPortal({ id: portalId, name: "Acme Robotics", timeZone: "Europe/Berlin" });
  seedPortal(portal, parseSeed(seed));
  // Owner 401 left after the company was given to her: a ghost owner.
  const ghost = portal.owners.get("401");
  if (ghost !== undefined) ghost.archived = true;
  options.prepare?.(portal);
  const database = await openDatabaseFor(options);
  const progress: Progress[] = [];
  const config = configFor(hubspot, database.config);
  const app = await createApp({
    config: options.configure?.(config) ?? config,
    clock: appClock(clock),
    log: process.env.JOURNEY_LOG === undefined ? silentLog : createLog({ level: "debug", pretty: false }),
    onProgress: (line) => progress.push(line),
    policyText: options.policyText ?? withoutCaps,
    openDatabase: database.open,
  });
  await app.start();
  pointWebhooks(hubspot, app.url);
  await installThroughBrowser(app.url, portalId);
  const journey = journeyOf({
    hubspot,
    portal,
    app,
    clock,
    progress,
    env: envOf(database.config),
    drop: database.drop,
  });
  await journey.until("the connection is open", async () => (await openConnections(app)) > 0);
  return journey;
}

/** The app's clock is the sandbox's, so that `clock.advance` moves both. */
export function appClock(clock: Clock) {
  const startedAt = clock.now();
  return {
    now: () => new Date(clock.now()),
    monotonic: () => clock.now() - startedAt,
    setTimer: (ms: number, run: () => void) => clock.at(clock.now() + ms, run),
  };
}

type JourneyDatabase = {
  config: Config["database"];
  open?: (onOutage: OnOutage) => Promise<Db>;
  drop: () => Promise<void>;
};

async function openDatabaseFor({ inDirectory = false }: JourneyOptions): Promise<JourneyDatabase> {
  if (testServer !== undefined) {
    const { db, url } = await openOnServer(testServer);
    return { config: { url }, drop: () => db.close() };
  }
  if (inDirectory) {
    const { dataDir, remove } = await freshDirectory();
    return { config: { dataDir }, open: (onOutage) => openInDirectory(dataDir, onOutage), drop: remove };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
  return { config: { dataDir }, open: openTestDatabase, drop: () => rm(dataDir, { recursive: true, force: true }) };
}

const envOf = (database: Config["database"]): Journey["env"] =>
  "url" in database ? { DATABASE_URL: database.url } : { BATON_DATA_DIR: database.dataDir };

export function configFor(hubspot: { url: string }, database: Config["database"]): Config {
  return {
    database,
    logLevel: "error",
    encryptionKeys: [{ id: "test", key: Buffer.alloc(32, 7) }],
    host: "127.0.0.1",
    port: 0,
    publicUrl: null,
    crms: { hubspot: { clientId: "baton", clientSecrets: ["secret"], apiUrl: hubspot.url, oauthUrl: hubspot.url } },
    inboxHighWater: 100_000,
    accountIndexMb: 256,
    matchWeights: null,
    accountIndexDir: null,
    policyPath: null,
    operatorToken: null,
    shutdownMs: 20_000,
    intervals: {
      // Far above what a test lets pass at once: a jump of the clock is no lost lease.
      leaseMs: 24 * 3_600_000,
      timerPollMs: 1_000,
      taskSweepMs: 15 * 60_000,
      repairMs: 2 * 60_000,
      reconcileMs: 10 * 60_000,
      repSyncMs: 5 * 60_000,
    },
  };
}

/** Changes the schema beside a running app: the transaction is run again when the two wait for each other. */
export async function alter({ app }: Pick<Journey, "app">, statement: RawBuilder<unknown>): Promise<void> {
  await app.deps.db.transaction(async (tx) => void (await statement.execute(tx)));
}

export function pointWebhooks(hubspot: HubspotSandbox, url: string): void {
  for (const app of hubspot.apps) app.webhooks.targetUrl = `${url}/hubspot/webhooks`;
}

/** What a person does in the browser: open the install address, allow, come back. */
export async function installThroughBrowser(appUrl: string, portal: number): Promise<void> {
  const begin = await fetch(`${appUrl}/hubspot/install`, { redirect: "manual" });
  const authorize = new URL(begin.headers.get("location") ?? "");
  const cookie = (begin.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const form = new URLSearchParams(authorize.searchParams);
  form.set("portal_id", String(portal));
  form.set("decision", "allow");
  for (const scope of (authorize.searchParams.get("optional_scope") ?? "").split(" ").filter(Boolean))
    form.append("grant", scope);
  const allowed = await fetch(authorize.origin + authorize.pathname, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const callback = await fetch(allowed.headers.get("location") ?? "", { headers: { cookie } });
  if (callback.status !== 200) throw new Error(`The install ended with ${callback.status}: ${await callback.text()}`);
}

async function openConnections(app: App): Promise<number> {
  const rows = await app.deps.db.query
    .selectFrom("syncCursors")
    .select("kind")
    .where("kind", "=", "qualified")
    .execute();
  return rows.length;
}

type Parts = Pick<Journey, "hubspot" | "portal" | "app" | "clock" | "progress" | "env"> & { drop: () => Promise<void> };

function journeyOf(parts: Parts): Journey {
  const { hubspot, portal, app, clock } = parts;
  const write = { source: workflow, version: "2026-09" as const };
  const create: Journey["create"] = (properties, companyId) =>
    createRecord(portal, "0-1", properties, {
      ...write,
      // The score is HubSpot's to set, which is who sets it here.
      trusted: true,
      associations: companyId === undefined ? [] : [primaryCompany(companyId)],
    }).id;
  const toStage: Journey["toStage"] = (id, stage) => {
    updateRecord(portal, "0-1", id, { lifecyclestage: stage }, write);
  };
  const step: Journey["step"] = async (ms) => {
    clock.advance(ms);
    await hubspot.webhooks.idle();
    await quiet(hubspot, app);
  };
  const settled: Journey["settled"] = async () => {
    await hubspot.webhooks.idle();
    await quiet(hubspot, app);
    await allWritten(app);
    await hubspot.webhooks.idle();
    await quiet(hubspot, app);
    await allWritten(app);
  };
  return {
    ...parts,
    create,
    toStage,
    qualify(properties, companyId) {
      const id = create(properties, companyId);
      toStage(id, "marketingqualifiedlead");
      return id;
    },
    property: (type, id, name) => portal.records.get(type)?.get(id)?.properties.get(name) ?? "",
    tasksOf: (contactId) =>
      [...(portal.associations.get(`0-1:${contactId}:0-27`)?.keys() ?? [])].sort((a, b) => Number(a) - Number(b)),
    until,
    async nudge(ms) {
      await hubspot.webhooks.idle();
      await calm(hubspot, app);
      clock.advance(ms);
    },
    inTime: (what, condition, atMostMs = 60_000) => inTime(parts, { what, condition, atMostMs }),
    settled,
    open: () => openWork(app),
    step,
    async pass(ms, stepMs = 60_000) {
      for (let left = ms; left > 0; left -= stepMs) await step(Math.min(left, stepMs));
      await settled();
    },
    async stop() {
      await app.stop();
      await hubspot.stop();
      clock.stop();
      await parts.drop();
    },
  };
}

const primaryCompany = (toId: string) => ({
  toTypeId: "0-2",
  toId,
  types: [{ category: "HUBSPOT_DEFINED" as const, typeId: 1 }],
});

/** Steps that are short beside the ten seconds for which facts are fresh, or nothing would be written any more. */
const longestStepMs = 2_000;
const calmMs = 8;
const quietMs = 30;
const quietLooks = 4;
const pauseMs = 4;
const patientLooks = 10;

async function inTime(
  { hubspot, clock, app }: Pick<Journey, "hubspot" | "clock" | "app">,
  { what, condition, atMostMs }: { what: string; condition: () => boolean | Promise<boolean>; atMostMs: number },
): Promise<void> {
  const giveUpAt = Date.now() + atMostMs;
  for (let stepMs = 250; !(await condition()); stepMs = Math.min(longestStepMs, stepMs * 1.5)) {
    if (Date.now() > giveUpAt) throw new Error(`Moved the clock for ${atMostMs / 1_000} s in vain until ${what}.`);
    await calm(hubspot, app);
    clock.advance(stepMs);
  }
}

/**
 * Nobody calls HubSpot, no call is on its way, and the database has had the time to answer what it was asked before.
 * The clock must not run away from under work: its facts would be too old, its tokens at their end. The processor is
 * left to those who work.
 */
async function calm({ requests }: HubspotSandbox, app: App): Promise<void> {
  let since = requests.list().at(-1)?.id ?? 0;
  let lateLooks = 0;
  for (let isCalm = false; !isCalm; ) {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    await askedDatabase(app);
    const last = requests.list({ since }).at(-1);
    const isQuiet = last === undefined && !requests.list({ since: since - 20 }).some(isOnItsWay);
    // A look that took long tells that somebody works: the app, or all that this machine does besides.
    if (isQuiet && performance.now() - from > 3 * calmMs) lateLooks += 1;
    else isCalm = isQuiet;
    isCalm ||= isQuiet && lateLooks >= patientLooks;
    since = last?.id ?? since;
  }
}

const isOnItsWay = ({ status, fault }: RequestEntry) =>
  status === 0 && fault !== "drop-before" && fault !== "drop-after";

/** Loops that a jump of the clock woke have made their calls: HubSpot has not been asked anything for a while. */
async function quiet({ requests }: HubspotSandbox, app: App): Promise<void> {
  let seen = -1;
  let from = 0;
  let looks = 0;
  await until("nobody calls HubSpot", async () => {
    await askedDatabase(app);
    const last = requests.list({ since: Math.max(seen, 0) }).at(-1)?.id ?? seen;
    if (last !== seen) [from, looks] = [performance.now(), 0];
    seen = last;
    looks += 1;
    // A machine that stood still meanwhile has not been quiet: it takes looks as well as time.
    return performance.now() - from > quietMs && looks > quietLooks;
  });
}

/** The database has had the time to answer what it was asked before. */
async function askedDatabase({ deps: { db } }: App): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await db.query.selectFrom("workspaces").select("id").execute();
}

/** Waits until nothing is left to decide or to write; a failure names what is. */
async function allWritten(app: App): Promise<void> {
  let left: string[] = [];
  try {
    await until("all is written", async () => {
      left = await openWork(app);
      return left.length === 0;
    });
  } catch (error) {
    throw new Error(`Left open: ${left.join("; ")}`, { cause: error });
  }
}

async function openWork({ deps: { db } }: App): Promise<string[]> {
  const inbox = await db.query
    .selectFrom("inbox")
    .select(["subjectId", "state", "change"])
    .where("state", "=", "pending")
    .execute();
  const operations = await db.query
    .selectFrom("operations")
    .select(["kind", "leadId", "state", "receipt"])
    .where("state", "in", ["planned", "inflight", "unknown"])
    .execute();
  return [...inbox, ...operations].map((row) => JSON.stringify(row));
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited 60 s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
