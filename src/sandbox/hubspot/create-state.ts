import type { Clock } from "../clock.ts";
import { createRandom } from "../create-random.ts";
import type { Latency } from "../latency.ts";
import { createRequestLog } from "../request-log.ts";
import { createPortal } from "./create-portal.ts";
import { createDefaultApp } from "./default-app.ts";
import { createFaults } from "./faults.ts";
import { installApp, uninstallApp } from "./installs.ts";
import { createLimits } from "./limits.ts";
import type { App, Installation, Portal } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";
import { createTokens } from "./tokens.ts";
import { createWebhookSender } from "./webhooks.ts";

/** Everything behind the servers, empty: no portal yet. `seed` decides all that is left to chance. */
export function createHubspotState(options: {
  clock: Clock;
  seed: number;
  apps: App[] | undefined;
  latency: Latency | undefined;
}): HubspotState {
  const { clock } = options;
  const random = createRandom(options.seed);
  const apps = options.apps ?? [createDefaultApp()];
  const installations: Installation[] = [];
  const portals = new Map<number, Portal>();
  const tokens = createTokens({ now: clock.now, random });
  const webhooks = createWebhookSender({ clock, apps, installations, random });
  const installs = { apps, installations, portals, tokens };
  return {
    ...installs,
    clock,
    random,
    requests: createRequestLog(),
    faults: createFaults(random),
    limits: createLimits(clock.now),
    webhooks,
    latency: options.latency ?? { readMs: [0, 0], writeMs: [0, 0] },
    addPortal(portalOptions) {
      const portal = createPortal({ ...portalOptions, clock });
      if (portals.has(portal.id)) throw new Error(`The sandbox has a portal ${portal.id} already`);
      portals.set(portal.id, portal);
      webhooks.watch(portal);
      return portal;
    },
    install(request) {
      const installation = installApp(installs, request);
      return { installation, accessToken: tokens.issue(installation).token };
    },
    uninstall: (target) => uninstallApp(installs, target),
  };
}
