import type { Clock } from "../clock.ts";
import type { Latency } from "../latency.ts";
import type { createPortal } from "./create-portal.ts";
import type { Faults } from "./faults.ts";
import type { Limits } from "./limits.ts";
import type { App, Installation, Portal } from "./portal.ts";
import type { HubspotRequests } from "./requests.ts";
import type { Tokens } from "./tokens.ts";
import type { WebhookSender } from "./webhooks.ts";

export type PortalOptions = Omit<Parameters<typeof createPortal>[0], "clock">;

/** What an installation is given: `scopes` defaults to all that the app asks for. */
export type InstallOptions = { portalId: number; appId?: number; userId?: number; scopes?: string[] };

/** The state behind the HTTP servers: all that a request, the OAuth pages and the control API work on. */
export type HubspotState = {
  clock: Clock;
  random: () => number;
  portals: Map<number, Portal>;
  apps: App[];
  installations: Installation[];
  requests: HubspotRequests;
  faults: Faults;
  limits: Limits;
  tokens: Tokens;
  webhooks: WebhookSender;
  /** Changeable; `[0, 0]` answers at once. */
  latency: Latency;
  addPortal(options: PortalOptions): Portal;
  /** What the OAuth flow does, in one step. */
  install(options: InstallOptions): { installation: Installation; accessToken: string };
  /** Voids the installation's tokens and silences its webhooks; false when there was none. */
  uninstall(target: { portalId: number; appId: number }): boolean;
};

/** A running sandbox. `stop` closes its servers and drops open connections. */
export type HubspotSandbox = HubspotState & {
  /** `http://127.0.0.1:PORT`, for API and OAuth alike; no trailing slash. */
  url: string;
  controlUrl: string | null;
  stop(): Promise<void>;
};
