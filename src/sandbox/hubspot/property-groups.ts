import type { Answer } from "../http.ts";
import { objectNotFound, validationError } from "./object-errors.ts";
import { requireTypeId } from "./object-types.ts";
import { parseObject, parseText } from "./parse-body.ts";
import { type Call, HubspotError, type PropertyGroup, type Route } from "./portal.ts";
import { propertyPaths } from "./properties.ts";
import { definitionsOf } from "./property-definitions.ts";
import { schemaReadScopes, schemaWriteScopes } from "./property-scopes.ts";

const readsSchema = { scopes: schemaReadScopes };
const writesSchema = { scopes: schemaWriteScopes };

/** The groups that properties stand in (hubspot.md §4.13). */
export const propertyGroupRoutes: Route[] = [
  { method: "GET", paths: propertyPaths("/groups"), ...readsSchema, handle: listGroups },
  { method: "POST", paths: propertyPaths("/groups"), ...writesSchema, handle: create },
  { method: "GET", paths: propertyPaths("/groups/:name"), ...readsSchema, handle: read },
  { method: "PATCH", paths: propertyPaths("/groups/:name"), ...writesSchema, handle: update },
  { method: "DELETE", paths: propertyPaths("/groups/:name"), ...writesSchema, handle: archive },
];

function listGroups(call: Call): Answer {
  return { status: 200, body: { results: [...groupsOf(call).values()].filter((group) => !group.archived) } };
}

/** An archived group of the same name comes back, as its properties do. */
function create(call: Call): Answer {
  const body = parseObject(call.body);
  const name = parseText(body.name) ?? "";
  const label = parseText(body.label) ?? "";
  if (!/^[a-z][a-z0-9_]*$/.test(name) || label === "") throw validationError("A group needs a valid name and a label.");
  if (groupsOf(call).get(name)?.archived === false) {
    throw new HubspotError(409, {
      message: `Property group with name ${name} already exists`,
      category: "OBJECT_ALREADY_EXISTS",
      subCategory: "Properties.PROPERTY_GROUP_WITH_NAME_EXISTS",
    });
  }
  const displayOrder = typeof body.displayOrder === "number" ? body.displayOrder : -1;
  const group = { name, label, displayOrder, archived: false };
  groupsOf(call).set(name, group);
  return { status: 201, body: group };
}

function read(call: Call): Answer {
  return { status: 200, body: requireGroup(call) };
}

function update(call: Call): Answer {
  const group = requireGroup(call);
  const { label, displayOrder } = parseObject(call.body);
  if (typeof label === "string") group.label = label;
  if (typeof displayOrder === "number") group.displayOrder = displayOrder;
  return { status: 200, body: group };
}

function archive(call: Call): Answer {
  const group = requireGroup(call);
  const definitions = definitionsOf(call.portal, requireTypeId(call.params.objectType));
  for (const { groupName, archivedAt, name } of definitions.values()) {
    if (groupName !== group.name || archivedAt !== null) continue;
    throw validationError(`Property group ${groupName} still has active properties, such as ${name}.`);
  }
  group.archived = true;
  return { status: 204 };
}

function groupsOf({ portal, params }: Call): Map<string, PropertyGroup> {
  return portal.groups.get(requireTypeId(params.objectType)) ?? new Map();
}

function requireGroup(call: Call): PropertyGroup {
  const group = groupsOf(call).get(call.params.name ?? "");
  if (!group || group.archived) throw objectNotFound();
  return group;
}
