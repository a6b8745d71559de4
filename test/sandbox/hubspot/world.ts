import { createClock } from "../../../src/sandbox/create-clock.ts";
import type { Installation, Portal } from "../../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import { startHubspot } from "../../../src/sandbox/hubspot/server.ts";
import { type Api, callApi, type Reply, toReply } from "../api.ts";

/** The places of hubspot.md §0, version map: what a family calls each purpose. No trailing slash. */
export type Family = {
  name: string;
  /** `/crm/objects/2026-09/contacts`, with the rest appended: `objects("contacts", "batch/read")`. */
  objects(type: string, rest?: string): string;
  /** One pair or one record's associations: `pair("tasks", "1", "contacts", "2")`. */
  pair(from: string, fromId: string, to: string, toId?: string): string;
  /** `PUT` target of the unlabelled default association. */
  defaultPair(from: string, fromId: string, to: string, toId: string): string;
  /** Batch association calls and labels: `associations("tasks", "contacts", "batch/read")`. */
  associations(from: string, to: string, rest: string): string;
  owners(rest?: string): string;
  properties(type: string, rest?: string): string;
  propertyValidations(objectTypeId: string): string;
  pipelines(type: string, rest?: string): string;
  settingsUsers(rest?: string): string;
  oauth(rest: string): string;
  accountInfo: string;
  uninstall: string;
};

const tail = (rest?: string) => (rest === undefined || rest === "" ? "" : `/${rest}`);

export const dated: Family = {
  name: "dated 2026-09",
  objects: (type, rest) => `/crm/objects/2026-09/${type}${tail(rest)}`,
  pair: (from, fromId, to, toId) => `/crm/objects/2026-09/${from}/${fromId}/associations/${to}${tail(toId)}`,
  defaultPair: (from, fromId, to, toId) => `/crm/objects/2026-09/${from}/${fromId}/associations/default/${to}/${toId}`,
  associations: (from, to, rest) => `/crm/associations/2026-09/${from}/${to}/${rest}`,
  owners: (rest) => `/crm/owners/2026-09${tail(rest)}`,
  properties: (type, rest) => `/crm/properties/2026-09/${type}${tail(rest)}`,
  propertyValidations: (objectTypeId) => `/crm/property-validations/2026-09/${objectTypeId}`,
  pipelines: (type, rest) => `/crm/pipelines/2026-09/${type}${tail(rest)}`,
  settingsUsers: (rest) => `/settings/users/2026-03${tail(rest)}`,
  oauth: (rest) => `/oauth/2026-09/${rest}`,
  accountInfo: "/account-info/2026-09/details",
  uninstall: "/appinstalls/2026-09/external-install",
};

export const legacy: Family = {
  name: "legacy v1/v3/v4",
  objects: (type, rest) => `/crm/v3/objects/${type}${tail(rest)}`,
  pair: (from, fromId, to, toId) => `/crm/v4/objects/${from}/${fromId}/associations/${to}${tail(toId)}`,
  defaultPair: (from, fromId, to, toId) => `/crm/v4/objects/${from}/${fromId}/associations/default/${to}/${toId}`,
  associations: (from, to, rest) => `/crm/v4/associations/${from}/${to}/${rest}`,
  owners: (rest) => `/crm/v3/owners${tail(rest)}`,
  properties: (type, rest) => `/crm/v3/properties/${type}${tail(rest)}`,
  propertyValidations: (objectTypeId) => `/crm/v3/property-validations/${objectTypeId}`,
  pipelines: (type, rest) => `/crm/v3/pipelines/${type}${tail(rest)}`,
  settingsUsers: (rest) => `/settings/v3/users${tail(rest)}`,
  oauth: (rest) => `/oauth/v1/${rest}`,
  accountInfo: "/account-info/v3/details",
  uninstall: "/appinstalls/v3/external-install",
};

/** For `describe.each(families)("… ($name)", (family) => …)`. */
export const families: Family[] = [dated, legacy];

export type World = {
  hubspot: HubspotSandbox;
  portal: Portal;
  installation: Installation;
  token: string;
  /** Calls as the installed app. */
  api: Api;
  /** The same with another token, or none for null. */
  apiAs(token: string | null): Api;
  /** A call to the control API; only with `control: true`. */
  control: Api;
  stop(): Promise<void>;
};

export type WorldOptions = {
  /** Default: a manual clock at 2026-11-20T10:00:00Z. `real`: real time. */
  clock?: "manual" | "real";
  control?: boolean;
  /** Granted scopes; default all of the default app. */
  scopes?: string[];
  portal?: { id?: number; name?: string; timeZone?: string };
};

export const startOfTime = Date.parse("2026-11-20T10:00:00.000Z");

/** A sandbox on free ports with one portal, 62515, in which the default app is installed. Stop it in `afterEach`. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock === "real" ? createClock() : createClock({ startAt: startOfTime, speed: 0 });
  const hubspot = await startHubspot({ clock, seed: 1, ...(options.control ? { controlPort: 0 } : {}) });
  const portal = hubspot.addPortal({ id: 62515, name: "Test portal", timeZone: "Europe/Berlin", ...options.portal });
  const { installation, accessToken } = hubspot.install({
    portalId: portal.id,
    ...(options.scopes ? { scopes: options.scopes } : {}),
  });
  return {
    hubspot,
    portal,
    installation,
    token: accessToken,
    api: callApi(hubspot.url, accessToken),
    apiAs: (token) => callApi(hubspot.url, token),
    control: callApi(hubspot.controlUrl ?? "http://127.0.0.1:0", null),
    async stop() {
      await hubspot.stop();
      clock.stop();
    },
  };
}

/** A form post, as OAuth wants it; redirects are answers, not followed. */
export async function postForm(url: string, fields: Record<string, string>): Promise<Reply> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  return toReply(response);
}

/** Lets sockets work until the condition holds; gives up with an error instead of hanging. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    if (turn > 200_000) throw new Error(`Waited in vain until ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
