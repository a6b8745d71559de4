import type { ConnectOptions, Crm, CrmClient, Pay } from "../../src/crm/crm.ts";
import { hubspot } from "../../src/crm/hubspot/index.ts";
import type { HubspotSettings } from "../../src/crm/hubspot/settings.ts";
import type { Throttle } from "../../src/crm/throttle.ts";
import { startWorld, type World, type WorldOptions } from "../sandbox/hubspot/world.ts";
import { jumpingTimer, tokensOf } from "./world-tokens.ts";

/** A sandbox with an installed portal, and our client on it over real HTTP. Its waits move the sandbox's clock. */
export type HubspotWorld = World & {
  crm: Crm;
  client: CrmClient;
  throttle: Throttle;
  settings: HubspotSettings;
  now: () => Date;
  /** How often the access token was refreshed. */
  refreshes: () => number;
  /** Another client of the same portal. */
  connect(options?: Partial<ConnectOptions> & { timeZone?: string }): CrmClient;
};

export const sync: Pay = { lane: "sync" };

export const publicUrl = "https://app.example.com";

export async function startHubspotWorld(options: WorldOptions = {}): Promise<HubspotWorld> {
  const world = await startWorld(options);
  const { hubspot: sandbox, portal, installation } = world;
  const settings: HubspotSettings = {
    clientId: "baton",
    clientSecrets: ["secret"],
    apiUrl: sandbox.url,
    oauthUrl: sandbox.url,
    publicUrl,
  };
  const crm = hubspot(settings);
  const now = () => new Date(sandbox.clock.now());
  const throttle = crm.createThrottle({ monotonic: () => sandbox.clock.now(), setTimer: jumpingTimer(sandbox.clock) });
  const source = tokensOf(crm, now, {
    accessToken: world.token,
    refreshToken: installation.refreshToken,
    expiresAt: new Date(sandbox.clock.now() + 1_800_000).toISOString(),
    lifetimeMs: 1_800_000,
  });
  const connect: HubspotWorld["connect"] = (given) =>
    crm.connect({
      externalId: String(portal.id),
      tokens: source.tokens,
      throttle,
      now,
      qualifyingStage: "marketingqualifiedlead",
      capabilities: { uniqueTaskKey: false, readsAvailability: false },
      timeZone: portal.timeZone,
      ...given,
    });
  return {
    ...world,
    crm,
    client: connect(),
    throttle,
    settings,
    now,
    refreshes: source.refreshes,
    connect,
    async stop() {
      throttle.close();
      await world.stop();
    },
  };
}
