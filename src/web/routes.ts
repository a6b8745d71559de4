import type { Crm } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { ConnectionDirectory } from "../pipeline/connection-directory.ts";
import type { InboxGauge } from "../pipeline/inbox-gauge.ts";
import { createInboxStore } from "../pipeline/receive.ts";
import { commandHandler } from "./handlers/command.ts";
import { decisionHandler } from "./handlers/decision.ts";
import { type Health, healthHandler, metricsHandler, readyHandler } from "./handlers/health.ts";
import { beginInstallHandler, installCallbackHandler, installedHandler, installedPath } from "./handlers/install.ts";
import { type About, operatorHandler } from "./handlers/operator.ts";
import { operatorsOnly, type Watchword } from "./handlers/operators-only.ts";
import { webhookHandler } from "./handlers/webhooks.ts";
import type { Route } from "./route.ts";

/** As much of Deps as the web edge needs. */
export type EdgeDeps = Omit<Deps, "onProgress">;

export type EdgeOptions = {
  deps: EdgeDeps;
  directory: ConnectionDirectory;
  gauge: InboxGauge;
  /** The policy that a new workspace begins with. */
  policyText: string;
};

/** Every URL that CRMs and browsers may call. */
export function publicRoutes({ deps, directory, gauge, policyText }: EdgeOptions): readonly Route[] {
  const door = { ...deps, directory, gauge, store: createInboxStore(deps) };
  const ofCrms = Object.values(deps.crms).flatMap((crm: Crm): Route[] => {
    const install = { ...deps, directory, policyText };
    const { name, webhooks } = crm;
    const deliveries: Route[] =
      webhooks === null
        ? []
        : [{ method: "POST", path: webhooks.path, access: "signed", handler: webhookHandler(door, name, webhooks) }];
    return [
      ...deliveries,
      { method: "GET", path: `/${crm.name}/install`, access: "anyone", handler: beginInstallHandler(install, crm) },
      {
        method: "GET",
        path: `/${crm.name}/oauth/callback`,
        access: "anyone",
        handler: installCallbackHandler(install, crm),
      },
      { method: "GET", path: installedPath(crm), access: "anyone", handler: installedHandler(deps, crm) },
    ];
  });
  return [...ofCrms, { method: "GET", path: "/decisions/:id", access: "anyone", handler: decisionHandler(deps) }];
}

export type OperatorOptions = {
  deps: EdgeDeps;
  health: Health;
  about: About;
  /** Of figures and page. */
  operators: Watchword;
  /** Of the command line; null: nothing internal is answered. */
  token: string | null;
};

/** What operators and the command line ask of any process, worker or web. */
export function operatorRoutes({ deps, health, about, operators, token }: OperatorOptions): readonly Route[] {
  const onlyOperators = (path: string, handler: Route["handler"]): Route => ({
    method: "GET",
    path,
    access: "operator",
    handler: operatorsOnly(operators, handler),
  });
  const routes: Route[] = [
    { method: "GET", path: "/healthz", access: "anyone", handler: healthHandler() },
    { method: "GET", path: "/readyz", access: "anyone", handler: readyHandler(health) },
    onlyOperators("/metrics", metricsHandler(deps.metrics)),
    onlyOperators("/operator", operatorHandler(deps, health, about)),
  ];
  if (token !== null) {
    const handler = commandHandler({ ...deps, reading: () => ({ ...deps, onProgress: () => undefined }) }, token);
    routes.push({ method: "POST", path: "/internal/commands/:name", access: "internal", handler });
  }
  return routes;
}
