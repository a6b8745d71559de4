import type { RequestListener } from "node:http";
import type { Clock } from "../clock.ts";
import { createClock } from "../create-clock.ts";
import type { Latency } from "../latency.ts";
import { close, listen, urlOf } from "../listen.ts";
import { createRouter } from "../router.ts";
import { accountRoutes } from "./account.ts";
import { answerRequest } from "./answer-request.ts";
import { hubspotControl } from "./control.ts";
import { createHubspotState } from "./create-state.ts";
import { oauthRoutes } from "./oauth.ts";
import type { App } from "./portal.ts";
import { objectRoutes } from "./routes.ts";
import type { HubspotSandbox, HubspotState } from "./sandbox.ts";
import { isDatedVersion } from "./versions.ts";

export type StartOptions = {
  /** 0 or none: any free port. */
  port?: number;
  /** 0: any free port; none: no control API. */
  controlPort?: number;
  /** None: a clock of its own at `speed`, which `stop()` stops. */
  clock?: Clock;
  speed?: number;
  /** Of everything that is left to chance. */
  seed?: number;
  /** None: the app that Baton is. */
  apps?: App[];
  latency?: Latency;
};

/** Starts a HubSpot on 127.0.0.1 without portals; rejects when a port is taken. */
export async function startHubspot(options: StartOptions = {}): Promise<HubspotSandbox> {
  const clock = options.clock ?? createClock({ speed: options.speed ?? 1 });
  const state = createHubspotState({ clock, seed: options.seed ?? 1, apps: options.apps, latency: options.latency });
  const control = options.controlPort === undefined ? null : await listen(hubspotControl(state), options.controlPort);
  const api = await listen(apiListener(state), options.port ?? 0).catch(async (error: unknown) => {
    if (control) await close(control);
    throw error;
  });
  return {
    ...state,
    url: urlOf(api),
    controlUrl: control && urlOf(control),
    async stop() {
      state.webhooks.stop();
      await Promise.all([close(api), control && close(control)]);
      if (!options.clock) clock.stop();
    },
  };
}

function apiListener(state: HubspotState): RequestListener {
  const routers = {
    api: createRouter([...objectRoutes, ...accountRoutes(state)], isDatedVersion),
    open: createRouter(oauthRoutes(state), isDatedVersion),
  };
  return (request, response) => {
    void answerRequest(state, routers, { request, response });
  };
}
