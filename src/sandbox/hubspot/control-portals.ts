import {
  ControlError,
  flag,
  isObject,
  listOf,
  number,
  oneOf,
  readFields,
  refuseOthers,
  text,
} from "../control-input.ts";
import type { ControlCall, ControlRoute } from "../control-listener.ts";
import type { Answer } from "../http.ts";
import { portalOf } from "./control-route.ts";
import { requireTypeId } from "./object-types.ts";
import type { Portal } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";
import { parseSeed, seedPortal } from "./seed.ts";

/** Portals, what is in them beside records, and the apps installed in them. */
export const portalControlRoutes: ControlRoute<HubspotState>[] = [
  {
    method: "GET",
    paths: ["/portals"],
    about: "the portals with the number of their records",
    handle: (state) => ({ status: 200, body: { results: [...state.portals.values()].map(shownPortal) } }),
  },
  {
    method: "POST",
    paths: ["/portals"],
    about: "{id, name?, timeZone?, uiDomain?, seed?}: a new portal",
    handle: addPortal,
  },
  {
    method: "POST",
    paths: ["/portals/:portalId/seed"],
    about: "owners, users, teams, companies, contacts, deals, pipelines, rules, settings: adds them to a portal",
    handle(state, call) {
      const portal = portalOf(state, call);
      seedPortal(portal, parseSeed(call.body));
      return { status: 200, body: shownPortal(portal) };
    },
  },
  {
    method: "GET",
    paths: ["/portals/:portalId/settings"],
    about: "the portal's switches",
    handle: (state, call) => ({ status: 200, body: portalOf(state, call).settings }),
  },
  {
    method: "PATCH",
    paths: ["/portals/:portalId/settings"],
    about:
      "{searchLagMs?, archivedOwnerWrites?, toObjectIdAs?, taskUniqueProperties?, autoAssociateCompanies?, syncLifecycleWithDeals?, ownerWorkflow?}",
    handle: changeSettings,
  },
  {
    method: "PATCH",
    paths: ["/portals/:portalId/owners/:ownerId"],
    about: "{archived}: deactivates a user's owner, or brings it back",
    handle: changeOwner,
  },
  {
    method: "PATCH",
    paths: ["/portals/:portalId/properties/:objectType/:name"],
    about: "{sensitive?, readOnly?, archived?}: marks a property",
    handle: changeProperty,
  },
  {
    method: "GET",
    paths: ["/installations"],
    about: "which app is or was installed where",
    handle: (state) => ({ status: 200, body: { results: state.installations } }),
  },
  {
    method: "POST",
    paths: ["/installations"],
    about: "{portalId, appId?, userId?, scopes?}: installs an app without the OAuth pages; answers an access token",
    handle: install,
  },
  {
    method: "POST",
    paths: ["/installations/uninstall"],
    about: "{portalId, appId?}: the customer uninstalls: tokens are void, webhooks silent, nobody is told",
    handle: uninstall,
  },
];

function shownPortal(portal: Portal): Record<string, unknown> {
  const { id, name, timeZone, uiDomain } = portal;
  const records: Record<string, number> = {};
  for (const [typeId, stored] of portal.records) records[typeId] = stored.size;
  return { id, name, timeZone, uiDomain, records, owners: [...portal.owners.values()] };
}

function addPortal(state: HubspotState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const portalId = fields.need("id", number);
  const name = fields.maybe("name", text);
  const timeZone = fields.maybe("timeZone", text);
  const uiDomain = fields.maybe("uiDomain", text);
  if (state.portals.has(portalId)) fields.problem(`There is a portal ${portalId} already`);
  fields.check();
  const portal = state.addPortal({
    id: portalId,
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(uiDomain === undefined ? {} : { uiDomain }),
  });
  if (isObject(body) && body.seed !== undefined) seedPortal(portal, parseSeed(body.seed));
  return { status: 201, body: shownPortal(portal) };
}

function changeSettings(state: HubspotState, call: ControlCall): Answer {
  const { settings } = portalOf(state, call);
  const fields = readFields(call.body);
  const acceptOrReject = oneOf(["accept", "reject"]);
  const changed = {
    searchLagMs: fields.maybe("searchLagMs", number) ?? settings.searchLagMs,
    archivedOwnerWrites: fields.maybe("archivedOwnerWrites", acceptOrReject) ?? settings.archivedOwnerWrites,
    toObjectIdAs: fields.maybe("toObjectIdAs", oneOf(["string", "number"])) ?? settings.toObjectIdAs,
    taskUniqueProperties: fields.maybe("taskUniqueProperties", acceptOrReject) ?? settings.taskUniqueProperties,
    autoAssociateCompanies: fields.maybe("autoAssociateCompanies", flag) ?? settings.autoAssociateCompanies,
    syncLifecycleWithDeals: fields.maybe("syncLifecycleWithDeals", flag) ?? settings.syncLifecycleWithDeals,
    ownerWorkflow: fields.maybe("ownerWorkflow", text) ?? settings.ownerWorkflow,
  };
  refuseOthers(fields, Object.keys(changed));
  fields.check();
  Object.assign(settings, changed);
  return { status: 200, body: settings };
}

function changeOwner(state: HubspotState, call: ControlCall): Answer {
  const portal = portalOf(state, call);
  const owner = portal.owners.get(call.params.ownerId ?? "");
  if (!owner) throw new ControlError(404, `There is no owner ${call.params.ownerId}`);
  const fields = readFields(call.body);
  const archived = fields.need("archived", flag);
  fields.check();
  // `updatedAt` does not move on such changes (hubspot.md §4.10).
  owner.archived = archived;
  return { status: 200, body: owner };
}

function changeProperty(state: HubspotState, call: ControlCall): Answer {
  const portal = portalOf(state, call);
  const { objectType, name = "" } = call.params;
  const definition = portal.properties.get(requireTypeId(objectType))?.get(name);
  if (!definition) throw new ControlError(404, `There is no property ${name}`);
  const fields = readFields(call.body);
  const sensitive = fields.maybe("sensitive", flag) ?? definition.sensitive;
  const readOnly = fields.maybe("readOnly", flag) ?? definition.readOnly;
  const archived = fields.maybe("archived", flag) ?? definition.archivedAt !== null;
  fields.check();
  Object.assign(definition, { sensitive, readOnly, archivedAt: archived ? state.clock.now() : null });
  return { status: 200, body: definition };
}

function install(state: HubspotState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const portalId = fields.need("portalId", number);
  const appId = fields.maybe("appId", number);
  const userId = fields.maybe("userId", number);
  const scopes = fields.maybe("scopes", listOf(text));
  fields.check();
  requirePortal(state, portalId);
  const installed = state.install({
    portalId,
    ...(appId === undefined ? {} : { appId }),
    ...(userId === undefined ? {} : { userId }),
    ...(scopes === undefined ? {} : { scopes }),
  });
  return { status: 201, body: installed };
}

function uninstall(state: HubspotState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const portalId = fields.need("portalId", number);
  const appId = fields.maybe("appId", number) ?? state.apps[0]?.id ?? 0;
  fields.check();
  if (state.uninstall({ portalId, appId })) return { status: 204 };
  throw new ControlError(404, `App ${appId} is not installed in portal ${portalId}`);
}

function requirePortal(state: HubspotState, portalId: number): void {
  if (!state.portals.has(portalId)) throw new ControlError(404, `There is no portal ${portalId}`);
}
