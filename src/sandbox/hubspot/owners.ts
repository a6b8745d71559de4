import type { Answer } from "../http.ts";
import { objectNotFound, validationError } from "./object-errors.ts";
import { parseLimit } from "./parse-body.ts";
import type { Call, Owner, Portal, Route } from "./portal.ts";

const ownerScopes = () => ["crm.objects.owners.read"];
const userScopes = () => ["settings.users.read"];
const teamScopes = () => ["settings.users.teams.read"];

/** Owners, and users and teams as provisioning knows them (hubspot.md §4.10). Users with hours are records (0-115). */
export const ownerRoutes: Route[] = [
  { method: "GET", paths: ["/crm/owners/:version", "/crm/v3/owners"], scopes: ownerScopes, handle: listOwners },
  { method: "GET", paths: ["/crm/owners/:version/:id", "/crm/v3/owners/:id"], scopes: ownerScopes, handle: readOwner },
  { method: "GET", paths: settingsPaths(""), scopes: userScopes, handle: listUsers },
  { method: "GET", paths: settingsPaths("/teams"), scopes: teamScopes, handle: listTeams },
  {
    method: "GET",
    paths: settingsPaths("/roles"),
    scopes: userScopes,
    handle: () => ({ status: 200, body: { results: [] } }),
  },
  { method: "GET", paths: settingsPaths("/:id"), scopes: userScopes, handle: readUser },
];

// hubspot.md §0, version map: user provisioning has a 2026-03, but no 2026-09.
function settingsPaths(rest: string): string[] {
  return [`/settings/users/2026-03${rest}`, `/settings/v3/users${rest}`];
}

function listOwners({ portal, query }: Call): Answer {
  const limit = parseLimit(query.get("limit"), 100, 500);
  const after = Number(query.get("after") ?? 0);
  const email = query.get("email")?.toLowerCase();
  // hubspot.md §4.10: `archived=true` answers only those.
  const archived = query.get("archived") === "true";
  const owners = byId(portal).filter((owner) => owner.archived === archived && Number(owner.id) >= after);
  const wanted = email ? owners.filter((owner) => owner.email.toLowerCase() === email) : owners;
  const results = wanted.slice(0, limit).map(formatOwner);
  const next = wanted[limit];
  if (!next) return { status: 200, body: { results } };
  const link = `?limit=${limit}&after=${next.id}${archived ? "&archived=true" : ""}`;
  return { status: 200, body: { results, paging: { next: { after: next.id, link } } } };
}

function readOwner({ portal, params, query }: Call): Answer {
  const idProperty = query.get("idProperty") ?? "id";
  if (idProperty !== "id" && idProperty !== "userId") throw validationError(`Invalid idProperty: ${idProperty}`);
  const archived = query.get("archived") === "true";
  const owner =
    idProperty === "id"
      ? portal.owners.get(params.id ?? "")
      : byId(portal).find((one) => String(one.userId) === params.id && one.archived === archived);
  if (!owner || owner.archived !== archived) throw objectNotFound();
  return { status: 200, body: formatOwner(owner) };
}

/** A deactivated owner's user id shows only as `userIdIncludingInactive`; queues have no user. */
function formatOwner(owner: Owner): Record<string, unknown> {
  const { id, email, type, firstName, lastName, userId, archived, teams } = owner;
  const isPerson = type === "PERSON";
  return {
    id,
    email,
    type,
    firstName,
    lastName,
    ...(isPerson && !archived ? { userId } : {}),
    ...(isPerson ? { userIdIncludingInactive: userId } : {}),
    createdAt: new Date(owner.createdAt).toISOString(),
    updatedAt: new Date(owner.updatedAt).toISOString(),
    archived,
    ...(teams.length > 0 ? { teams } : {}),
  };
}

function listUsers({ portal, query }: Call): Answer {
  const limit = parseLimit(query.get("limit"), 100, 100);
  const after = Number(query.get("after") ?? 0);
  const users = activeUsers(portal);
  const results = users.slice(after, after + limit).map(formatUser);
  const paging = after + limit < users.length ? { paging: { next: { after: String(after + limit) } } } : {};
  return { status: 200, body: { results, ...paging } };
}

function readUser({ portal, params, query }: Call): Answer {
  const isByEmail = query.get("idProperty") === "EMAIL";
  const user = activeUsers(portal).find((one) => (isByEmail ? one.email : String(one.userId)) === params.id);
  if (!user) throw objectNotFound();
  return { status: 200, body: formatUser(user) };
}

function listTeams({ portal }: Call): Answer {
  return { status: 200, body: { results: [...portal.teams.values()] } };
}

function formatUser({ userId, email, firstName, lastName, teams, superAdmin = false }: Owner): Record<string, unknown> {
  const primary = teams.find((team) => team.primary);
  const secondary = teams.filter((team) => !team.primary).map((team) => team.id);
  return {
    id: String(userId),
    email,
    firstName,
    lastName,
    roleIds: [],
    ...(primary ? { primaryTeamId: primary.id } : {}),
    ...(secondary.length > 0 ? { secondaryTeamIds: secondary } : {}),
    superAdmin,
  };
}

function activeUsers(portal: Portal): Owner[] {
  return byId(portal).filter((owner) => owner.type === "PERSON" && !owner.archived);
}

function byId(portal: Portal): Owner[] {
  return [...portal.owners.values()].sort((a, b) => Number(a.id) - Number(b.id));
}
