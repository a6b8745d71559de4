import type { Clock } from "../clock.ts";
import { createRandom } from "../create-random.ts";
import type { Latency } from "../latency.ts";
import { createRequestLog } from "../request-log.ts";
import type { ClientApp } from "./auth/apps.ts";
import { defaultApp } from "./auth/default-app.ts";
import { installApp, uninstallApp } from "./auth/install.ts";
import { createRefreshTokens } from "./auth/refresh-tokens.ts";
import { createSessions } from "./auth/sessions.ts";
import { createLoginSwitches } from "./auth/switches.ts";
import { createOrg, type OrgOptions } from "./create-org.ts";
import { createFaults } from "./faults.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import type { Caller, SalesforceState } from "./state.ts";
import { withServices } from "./with-services.ts";

/** Everything behind the servers, empty: no org yet. `seed` decides all that is left to chance. */
export function createSalesforceState(options: {
  clock: Clock;
  seed: number;
  /** None: the app that Baton is. */
  apps: ClientApp[] | undefined;
  latency: Latency | undefined;
  /** Where orgs are reached, known once the server listens. */
  instanceUrl: () => string;
}): SalesforceState {
  const { clock } = options;
  const random = createRandom(options.seed);
  const sessions = createSessions(clock, random);
  const orgs = new Map<string, SandboxOrg>();
  const refreshTokens = createRefreshTokens(clock, sessions);
  const installs = { apps: options.apps ?? [defaultApp()], orgs, sessions, refreshTokens };
  return {
    ...{ clock, random, ...installs, login: createLoginSwitches() },
    install: (wanted) => installApp(installs, wanted),
    uninstall: (target) => uninstallApp(installs, target),
    requests: createRequestLog<Caller>(),
    faults: createFaults(random),
    latency: options.latency ?? { readMs: [0, 0], writeMs: [0, 0] },
    addOrg(orgOptions: Omit<OrgOptions, "clock" | "random">) {
      const org = withServices(createOrg({ ...orgOptions, clock, random }), sessions.secret, options.instanceUrl());
      if (orgs.has(org.id)) throw new Error(`The sandbox has an org ${org.id} already`);
      orgs.set(org.id, org);
      return org;
    },
  };
}
