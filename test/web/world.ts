import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { createAccountIndex } from "../../src/account-index/account-index.ts";
import type { Crm } from "../../src/crm/crm.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createHistory } from "../../src/operator/history.ts";
import { completeInstall } from "../../src/pipeline/install.ts";
import { makeInstallState } from "../../src/pipeline/install-state.ts";
import type { Db } from "../../src/store/db.ts";
import type { Health } from "../../src/web/handlers/health.ts";
import { openWeb, type Web, type WebOptions } from "../../src/web/open-web.ts";
import type { EdgeDeps } from "../../src/web/routes.ts";
import { openTestDatabase } from "../store/database.ts";
import { anInstallation, createFakeCrm, type FakeCrm } from "./fake-crm.ts";

export type InboxLine = { subjectId: string; subjectKind: string; state: string };

export type World = {
  url: string;
  db: Db;
  deps: EdgeDeps;
  crm: FakeCrm;
  /** The log, a line each. */
  said: readonly string[];
  /** Moves both clocks. */
  advance(ms: number): void;
  /** A signed delivery, unless headers say otherwise. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Connects a portal without the browser; a second later it is known to the web edge. */
  install(externalId: string): Promise<{ workspaceId: string; connectionId: string }>;
  /** What is stored for a portal's workspace. */
  inbox(externalId: string): Promise<InboxLine[]>;
  stop(): Promise<void>;
};

type WorldOptions = {
  highWater?: number;
  limits?: NonNullable<WebOptions["limits"]>;
  dataDir?: string;
  publicUrl?: string;
  health?: Partial<Health>;
  /** Verifies and parses in place of the fake one, which installs all the same. */
  crm?: Crm;
};

/** The web edge on a real port and a real database, before a fake CRM or a real one. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { highWater = 1000, limits, dataDir, publicUrl, health = {} } = options;
  const db = await openTestDatabase();
  const crm = createFakeCrm(options.crm);
  const time = { ms: Date.parse("2026-11-20T10:00:00.000Z") };
  const said: string[] = [];
  const log = createLog({ level: "info", pretty: false, write: (line) => said.push(line) });
  const base = { log, metrics: createMetrics(), monotonic: () => time.ms, setTimer: realTimer };
  const web = await openWeb({
    ...base,
    host: "127.0.0.1",
    port: 0,
    dataDir: dataDir ?? null,
    ...(limits ? { limits } : {}),
  });
  const mailDomains = { isFreeMail: () => false, isDisposable: () => false, isPlatform: () => false };
  const deps: EdgeDeps = {
    ...base,
    db,
    crms: { [crm.name]: options.crm ?? crm },
    keyring: { currentKeyId: "v1", keys: new Map([["v1", randomBytes(32)]]) },
    now: () => new Date(time.ms),
    mailDomains,
    accountIndex: createAccountIndex({
      ...{ classes: mailDomains, weights: shippedWeights, log: createLog({ level: "silent", pretty: false }) },
      ...{ monotonic: () => time.ms, mostBytes: 1e8, threadFrom: 1e6, directory: null, madeBy: "test" },
    }),
    publicHolidays: () => [],
    throttles: new Map(),
    settings: { ...someSettings, publicUrl: publicUrl ?? web.url, inboxHighWater: highWater },
  };
  await serve(web, deps, health);
  return {
    url: web.url,
    db,
    deps,
    crm,
    said,
    advance(ms) {
      time.ms += ms;
    },
    post: (body, headers) => post(`${web.url}/hubspot/webhooks`, body, headers),
    async install(externalId) {
      const installed = await install(deps, crm, externalId);
      time.ms += 1_000;
      return installed;
    },
    inbox: (externalId) => readInbox(db, externalId),
    async stop() {
      await web.stop();
      await db.close();
    },
  };
}

const someSettings = {
  leaseMs: 30_000,
  timerPollMs: 1_000,
  taskSweepMs: 900_000,
  repairMs: 120_000,
  reconcileMs: 600_000,
  repSyncMs: 300_000,
};

function serve(web: Web, deps: EdgeDeps, health: Partial<Health>): Promise<void> {
  const startedAt = deps.monotonic();
  return web.serve({
    deps,
    policyText: "name: test policy\n",
    operators: { token: null, isPublic: false },
    health: {
      role: "all",
      isDraining: () => false,
      database: async () => ({ problem: null, unleased: 0 }),
      leases: () => [],
      embeddedLimits: () => [],
      ...health,
    },
    about: { version: "1.2.3", upMs: () => deps.monotonic() - startedAt, history: createHistory() },
  });
}

function realTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const usual = { "content-type": "application/json", "x-signature": "good" };
  return fetch(url, { method: "POST", body: new Uint8Array(Buffer.from(raw)), headers: { ...usual, ...headers } });
}

async function install(deps: EdgeDeps, crm: FakeCrm, externalId: string) {
  const state = makeInstallState(deps.keyring, deps.now(), { workspaceId: null });
  crm.codes.set(state, anInstallation({ externalId }));
  const result = await completeInstall(deps, { crm, code: state, state, policyText: "name: test policy\n" });
  if (result.kind !== "connected") throw new Error(`not installed: ${result.kind}`);
  return { workspaceId: result.connection.workspaceId, connectionId: result.connection.id };
}

async function readInbox(db: Db, externalId: string): Promise<InboxLine[]> {
  const { rows } = await sql<InboxLine>`
    select subject_id, subject_kind, state from inbox
    where connection_id = (select id from connections where external_id = ${externalId})
    order by subject_kind desc, subject_id
  `.execute(db.query);
  return rows;
}
