import { randomBytes } from "node:crypto";
import { createConnectionDirectory } from "../pipeline/connection-directory.ts";
import { createInboxGauge } from "../pipeline/inbox-gauge.ts";
import { removeRunningServer, writeRunningServer } from "../running-server.ts";
import type { Health } from "./handlers/health.ts";
import type { About } from "./handlers/operator.ts";
import type { Watchword } from "./handlers/operators-only.ts";
import { type EdgeDeps, operatorRoutes, publicRoutes } from "./routes.ts";
import { openServer, type ServerOptions } from "./server.ts";

export type Web = {
  /** Where this machine reaches it; no trailing slash. */
  url: string;
  serve(options: Serving): Promise<void>;
  stop(): Promise<void>;
};

export type Serving = {
  deps: EdgeDeps;
  health: Health;
  about: About;
  /** The policy that new workspaces begin with; null on a process that takes no webhooks and no installations. */
  policyText: string | null;
  operators: Watchword;
};

export type WebOptions = ServerOptions & {
  /** Where `baton explain` looks for this server; null when any process may open the database. */
  dataDir: string | null;
};

/** Binds the port and answers 503 until `serve` is called. */
export async function openWeb({ dataDir, ...options }: WebOptions): Promise<Web> {
  const server = await openServer(options);
  return {
    url: server.url,
    async serve({ policyText, ...serving }) {
      const token = dataDir === null ? null : randomBytes(32).toString("base64url");
      const routes = [...operatorRoutes({ ...serving, token })];
      if (policyText !== null) {
        const { deps } = serving;
        const directory = createConnectionDirectory(deps);
        const gauge = createInboxGauge({ ...deps, highWater: deps.settings.inboxHighWater });
        routes.push(...publicRoutes({ deps, directory, gauge, policyText }));
      }
      if (dataDir !== null && token !== null) await writeRunningServer(dataDir, { url: server.url, token });
      server.serve(routes);
    },
    async stop() {
      await server.stop();
      if (dataDir !== null) await removeRunningServer(dataDir);
    },
  };
}
