import type { RequestListener } from "node:http";
import type { Clock } from "../clock.ts";
import { createClock } from "../create-clock.ts";
import type { Latency } from "../latency.ts";
import { close, listen, urlOf } from "../listen.ts";
import { createRouter } from "../router.ts";
import { answerRequest } from "./answer-request.ts";
import type { ClientApp } from "./auth/apps.ts";
import { authRoutes } from "./auth/routes.ts";
import { useSession } from "./auth/use-session.ts";
import { salesforceControl } from "./control/control.ts";
import { createSalesforceState } from "./create-state.ts";
import type { OpenRoute } from "./open-route.ts";
import { startPubSub } from "./pubsub/server.ts";
import { soapRoutes } from "./soap/routes.ts";
import type { SalesforceSandbox, SalesforceState } from "./state.ts";

export type StartOptions = {
  /** 0 or none: any free port. */
  port?: number;
  /** Of the Pub/Sub API; 0 or none: any free port. */
  grpcPort?: number;
  /** 0: any free port; none: no control API. */
  controlPort?: number;
  /** None: a clock of its own at `speed`, which `stop()` stops. */
  clock?: Clock;
  speed?: number;
  /** Of everything that is left to chance. */
  seed?: number;
  /** None: the app that Baton is. */
  apps?: ClientApp[];
  latency?: Latency;
};

/** Starts a Salesforce on 127.0.0.1 without orgs; rejects when a port is taken. */
export async function startSalesforce(options: StartOptions = {}): Promise<SalesforceSandbox> {
  const clock = options.clock ?? createClock({ speed: options.speed ?? 1 });
  let url = "";
  const state = createSalesforceState({
    ...{ clock, seed: options.seed ?? 1, apps: options.apps, latency: options.latency },
    instanceUrl: () => url,
  });
  const control =
    options.controlPort === undefined ? null : await listen(salesforceControl(state), options.controlPort);
  const closeControl = async () => {
    if (control) await close(control);
  };
  const api = await listen(apiListener(state), options.port ?? 0).catch(async (error: unknown) => {
    await closeControl();
    throw error;
  });
  url = urlOf(api);
  const pubSub = await startPubSub({
    clock,
    port: options.grpcPort ?? 0,
    authorize({ accesstoken, tenantid, instanceurl }) {
      const session = useSession(state, accesstoken);
      const org = session && state.orgs.get(session.orgId);
      return org && org.id === tenantid && org.instanceUrl === instanceurl ? session : null;
    },
    orgs: { busOf: (orgId) => state.orgs.get(orgId)?.bus ?? null },
  }).catch(async (error: unknown) => {
    await Promise.all([close(api), closeControl()]);
    throw error;
  });
  return {
    ...state,
    ...{ url, pubSubUrl: pubSub.url, controlUrl: control && urlOf(control) },
    async stop() {
      await Promise.all([close(api), pubSub.stop(), closeControl()]);
      if (!options.clock) clock.stop();
    },
  };
}

function apiListener(state: SalesforceState): RequestListener {
  const findOpen = createRouter<OpenRoute>([...authRoutes(state), ...soapRoutes(state)]);
  return (request, response) => {
    void answerRequest(state, findOpen, { request, response });
  };
}
