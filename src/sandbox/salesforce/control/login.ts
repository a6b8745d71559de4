import { flag, mapOf, oneOf, orNull, readFields, refuseOthers, url } from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { type LoginSwitches, loginRefusalNames } from "../auth/switches.ts";
import type { SalesforceState } from "../state.ts";
import { orgNamed } from "./org-route.ts";

/** What a test bends of the login (salesforce.md §8, 3 and 4). */
export const loginControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/login"],
    about: "{refusals, closedApis, refreshedInstanceUrls}: what is bent of the login, by org",
    handle: ({ login }) => ({ status: 200, body: shown(login) }),
  },
  {
    method: "PATCH",
    paths: ["/login"],
    about:
      "{refusals?: {orgId: name|null}, closedApis?: {orgId: true|false}, refreshedInstanceUrls?: {orgId: url|null}}: bends it",
    handle: change,
  },
];

const shown = ({ refusals, closedApis, refreshedInstanceUrls }: LoginSwitches) => ({
  refusals: Object.fromEntries(refusals),
  closedApis: Object.fromEntries([...closedApis].map((orgId) => [orgId, true])),
  refreshedInstanceUrls: Object.fromEntries(refreshedInstanceUrls),
});

function change(state: SalesforceState, { body }: ControlCall): Answer {
  const { login } = state;
  const fields = readFields(body);
  refuseOthers(fields, Object.keys(login));
  const refusals = fields.maybe("refusals", mapOf(orNull(oneOf(loginRefusalNames)))) ?? {};
  const closed = fields.maybe("closedApis", mapOf(flag)) ?? {};
  const urls = fields.maybe("refreshedInstanceUrls", mapOf(orNull(url))) ?? {};
  fields.check();
  const byOrg = <T>(values: Record<string, T>): [string, T][] =>
    Object.entries(values).map(([id, value]) => [orgNamed(state, id).id, value]);
  const changed = { refusals: byOrg(refusals), closed: byOrg(closed), urls: byOrg(urls) };
  for (const [orgId, refusal] of changed.refusals) setOrEnd(login.refusals, orgId, refusal);
  for (const [orgId, isClosed] of changed.closed) login.closedApis[isClosed ? "add" : "delete"](orgId);
  for (const [orgId, address] of changed.urls) setOrEnd(login.refreshedInstanceUrls, orgId, address || null);
  return { status: 200, body: shown(login) };
}

/** Null ends it. */
function setOrEnd<T>(map: Map<string, T>, orgId: string, value: T | null): void {
  if (value === null) map.delete(orgId);
  else map.set(orgId, value);
}
