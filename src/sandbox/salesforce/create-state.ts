import type { Clock } from "../clock.ts";
import { createRandom } from "../create-random.ts";
import type { Latency } from "../latency.ts";
import { createRequestLog } from "../request-log.ts";
import { createApiLimits } from "./api-limits.ts";
import type { ClientApp } from "./auth/apps.ts";
import { defaultApp } from "./auth/default-app.ts";
import { installApp, uninstallApp } from "./auth/install.ts";
import { createRefreshTokens } from "./auth/refresh-tokens.ts";
import { createSessions } from "./auth/sessions.ts";
import { createLoginSwitches } from "./auth/switches.ts";
import { createOrg, type OrgOptions } from "./create-org.ts";
import { createCursors } from "./cursors.ts";
import { createFaults } from "./faults.ts";
import type { Org } from "./org.ts";
import { createEventBus, type EventBus } from "./pubsub/event-bus.ts";
import type { Channel } from "./pubsub/topics.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import type { Caller, SalesforceState } from "./state.ts";

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

function withServices(
  org: ReturnType<typeof createOrg>,
  secret: (length: number) => string,
  instanceUrl: string,
): SandboxOrg {
  const channels: Channel[] = [];
  const bus = busOf(org, channels);
  org.onCommit.push(bus.append);
  const cursors = createCursors(org.clock, () => `01g${secret(15).replace(/[._]/g, "x")}`);
  return Object.assign(org, {
    ...{ instanceUrl, cursors, channels, bus },
    limits: createApiLimits(org.clock),
    notifications: [],
    feed: [],
  });
}

function busOf(org: Org, channels: readonly Channel[]): EventBus {
  return createEventBus({
    ...{ clock: org.clock, orgId: org.id, random: org.random },
    objectNamed(name) {
      const object = org.objects.get(name.toLowerCase());
      return object?.name === name ? object : null;
    },
    channels: () => channels,
    rowOf: (entityName, id) => org.tables.get(entityName)?.get(id) ?? null,
    access: {
      canViewAll(userId, entityName) {
        const { viewAll } = org.permissionsOf(userId);
        return viewAll === "everything" || (viewAll.has(entityName) && !activities.has(entityName));
      },
      hiddenFields: (userId, entityName) => org.permissionsOf(userId).hidden.get(entityName) ?? noFields,
    },
  });
}

/** They have no View All Records of their own: View All Data is needed (salesforce.md §1.2). */
const activities = new Set(["Task", "Event"]);

const noFields: ReadonlySet<string> = new Set();
