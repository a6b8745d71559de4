import { ControlError } from "./control-input.ts";
import type { Answer, App, Portal } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

export type ControlCall = { params: Record<string, string>; query: URLSearchParams; body: unknown };

/** One call of the control API. `about` is what `GET /` says of it. */
export type ControlRoute = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  paths: [string];
  about: string;
  handle: (state: HubspotState, call: ControlCall) => Answer | Promise<Answer>;
};

/** The portal that `:portalId` names; throws 404. */
export function portalOf(state: HubspotState, { params }: Pick<ControlCall, "params">): Portal {
  const portal = state.portals.get(Number(params.portalId));
  if (!portal) throw new ControlError(404, `There is no portal ${params.portalId}`);
  return portal;
}

/** The app that `:appId` names; throws 404. */
export function appOf(state: HubspotState, { params }: Pick<ControlCall, "params">): App {
  const app = state.apps.find((found) => found.id === Number(params.appId));
  if (!app) throw new ControlError(404, `There is no app ${params.appId}`);
  return app;
}

/** A number in the query, or nothing; throws 400 for any other text. */
export function queryNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) throw new ControlError(400, `\`${name}\` must be a number`);
  return value;
}

/** `since`, `portalId` and `limit` of a list, for a log's own filter. */
export function listFilter(query: URLSearchParams): { since?: number; portalId?: number } {
  const since = queryNumber(query, "since");
  const portalId = queryNumber(query, "portalId");
  return { ...(since === undefined ? {} : { since }), ...(portalId === undefined ? {} : { portalId }) };
}
