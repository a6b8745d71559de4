import type { Clock } from "../clock.ts";
import type { Latency } from "../latency.ts";
import type { LoggedRequest, RequestLog } from "../request-log.ts";
import type { ClientApp, Installed, InstallOptions } from "./auth/apps.ts";
import type { RefreshTokens } from "./auth/refresh-tokens.ts";
import type { Sessions } from "./auth/sessions.ts";
import type { LoginSwitches } from "./auth/switches.ts";
import type { OrgOptions } from "./create-org.ts";
import type { Faults } from "./faults.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

/** Whose request it was; null of one without a session that is valid. */
export type Caller = { orgId: string | null; userId: string | null };

export type SalesforceRequest = LoggedRequest<Caller>;

/** The state behind the servers: all that a request, the OAuth pages and the control API work on. */
export type SalesforceState = {
  clock: Clock;
  random: () => number;
  /** By the 18-character id. */
  orgs: Map<string, SandboxOrg>;
  apps: ClientApp[];
  sessions: Sessions;
  refreshTokens: RefreshTokens;
  login: LoginSwitches;
  requests: RequestLog<Caller>;
  faults: Faults;
  latency: Latency;
  /** An org without users and records. Throws when there is one of this id. */
  addOrg(options: Omit<OrgOptions, "clock" | "random">): SandboxOrg;
  /**
   * Installs an app in an org, runs it as this user there and connects it, as its package and the user's consent do. Throws
   * when there is no such org or app.
   */
  install(options: InstallOptions): Installed;
  /** All tokens of the app are void there; false when it was not installed. `clientId` none: the first app. */
  uninstall(target: Omit<InstallOptions, "userId">): boolean;
};

/** A running sandbox. `stop` closes its servers and drops open connections. */
export type SalesforceSandbox = SalesforceState & {
  /** `http://127.0.0.1:PORT`, for login, API and SOAP alike; no trailing slash. */
  url: string;
  /** "127.0.0.1:PORT", in plaintext. */
  pubSubUrl: string;
  controlUrl: string | null;
  stop(): Promise<void>;
};
