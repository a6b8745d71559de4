import { ControlError } from "../control-input.ts";
import { type ControlCall, queryNumber } from "../control-listener.ts";
import type { App, Portal } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

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

/** `since`, `portalId` and `limit` of a list, for a log's own filter. */
export function listFilter(query: URLSearchParams): { since?: number; portalId?: number } {
  const since = queryNumber(query, "since");
  const portalId = queryNumber(query, "portalId");
  return { ...(since === undefined ? {} : { since }), ...(portalId === undefined ? {} : { portalId }) };
}
