import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Config } from "../../src/config.ts";
import { type Clock, createDeps, openBase } from "../../src/create-deps.ts";
import { createCrms } from "../../src/crm/create-crms.ts";
import { createUpkeep } from "../../src/jobs/upkeep.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Connection } from "../../src/model/connection.ts";
import { createHistory } from "../../src/operator/history.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { webhookHandler } from "../../src/web/handlers/webhooks.ts";
import { openWeb } from "../../src/web/open-web.ts";
import { openServer } from "../../src/web/server.ts";
import { clientSecret, portalId } from "./posts.ts";
import type { WebAsk, WebDatabase } from "./web-process.ts";

/** The web server's process: serves as the first message says, then answers until its parent hangs up. */
process.once("message", (message) => void serve((message as { database: WebDatabase }).database));

type Serving = { url: string; db: Db | null; stop(): Promise<void> };

const clock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  setTimer(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
const log = createLog({ level: "error", pretty: false, write: (line) => process.stderr.write(line) });
const hubspot = {
  clientId: "baton",
  clientSecrets: [clientSecret] as const,
  apiUrl: "http://127.0.0.1:9",
  oauthUrl: "http://127.0.0.1:9",
};
const connection: Connection = {
  id: "bench",
  workspaceId: "bench",
  crm: "hubspot",
  externalId: String(portalId),
  status: "active",
  pausedBecause: null,
  timeZone: "Europe/Berlin",
  uiHost: "app.hubspot.com",
  scopes: ["oauth"],
  grantNumber: 1,
  mode: "live",
  capabilities: { uniqueTaskKey: true, readsAvailability: true },
};

async function serve(database: WebDatabase): Promise<void> {
  const { url, db, stop } = await (database === null ? serveNowhere() : serveFrom(database));

  async function answer({ do: what }: WebAsk): Promise<unknown> {
    if (db === null) return null;
    if (what === "empty") return void (await sql`truncate inbox`.execute(db.query));
    const { rows } = await sql<{ stored: number }>`select count(*) as stored from inbox`.execute(db.query);
    return rows[0]?.stored;
  }

  process.on("message", (message) => {
    const ask = message as WebAsk;
    answer(ask).then(
      (value) => process.send?.({ id: ask.id, value }),
      (error: unknown) => process.send?.({ id: ask.id, problem: String(error) }),
    );
  });
  process.once("disconnect", () => void stop().finally(() => process.exit()));
  process.send?.({ id: 0, value: url });
}

/** The product's own web server, as `baton serve --role web` puts it together. */
async function serveFrom(database: NonNullable<WebDatabase>): Promise<Serving> {
  const config: Config = {
    database,
    logLevel: "error",
    encryptionKeys: [{ id: "bench", key: randomBytes(32) }],
    host: "127.0.0.1",
    port: 0,
    publicUrl: null,
    crms: { hubspot },
    inboxHighWater: 100_000,
    accountIndexMb: 256,
    matchWeights: null,
    accountIndexDir: null,
    policyPath: null,
    operatorToken: null,
    shutdownMs: 20_000,
    intervals: {
      leaseMs: 30_000,
      timerPollMs: 1_000,
      taskSweepMs: 900_000,
      repairMs: 120_000,
      reconcileMs: 600_000,
      repSyncMs: 300_000,
    },
  };
  const base = await openBase({ config, clock, log });
  const upkeep = createUpkeep({ ...base, memoryBytes: () => process.memoryUsage.rss() });
  await upkeep.start();
  const at = clock.now().toISOString();
  await ensureWorkspace(base.db.query, { id: connection.workspaceId, name: "bench", at });
  await linkConnection(base.db.query, connection, at);
  const web = await openWeb({ ...base, host: config.host, port: 0, dataDir: null });
  const deps = await createDeps(base, { config, publicUrl: web.url, onProgress: () => undefined });
  const health = {
    role: "web" as const,
    isDraining: () => false,
    database: async () => ({ problem: null, unleased: null }),
    leases: () => null,
    embeddedLimits: () => [],
  };
  const about = { version: "bench", upMs: () => 0, history: createHistory() };
  await web.serve({ deps, health, about, policyText: "", operators: { token: null, isPublic: false } });
  return {
    url: `${web.url}${deps.crms.hubspot?.webhooks?.path}`,
    db: base.db,
    async stop() {
      await web.stop();
      await upkeep.stop();
      await base.db.close();
    },
  };
}

/** The same route: signature, parsing and answer as they are, and a store that has done its work at once. */
async function serveNowhere(): Promise<Serving> {
  const metrics = createMetrics();
  const server = await openServer({ ...clock, log, metrics, host: "127.0.0.1", port: 0 });
  const crm = (await createCrms({ hubspot }, server.url)).hubspot;
  const connections = new Map([[connection.externalId, connection]]);
  const entrance = {
    ...clock,
    log,
    metrics,
    directory: { find: async () => connections, forget: () => undefined },
    gauge: { wouldOverflow: async () => false, added: () => undefined },
    store: async () => undefined,
    // Nobody asks it for anything: what is posted here is never junk, and there are no other statements on this way.
    db: {} as Db,
  };
  const { name, webhooks } = crm ?? {};
  if (name === undefined || !webhooks) throw new Error("This CRM sends no webhooks.");
  const handler = webhookHandler(entrance, name, webhooks);
  server.serve([{ method: "POST", path: webhooks.path, access: "signed", handler }]);
  return { url: `${server.url}${webhooks.path}`, db: null, stop: () => server.stop() };
}
