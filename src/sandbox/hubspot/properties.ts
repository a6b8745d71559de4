import type { Answer } from "../http.ts";
import { batchAnswer } from "./batch-answer.ts";
import { batchErrorEntry, objectNotFound } from "./object-errors.ts";
import { requireTypeId } from "./object-types.ts";
import { parseInputs, parseObject, parseText } from "./parse-body.ts";
import { type Call, HubspotError, type PropertyDefinition, type Route } from "./portal.ts";
import { archiveProperty, changeProperty, createProperty, definitionsOf } from "./property-definitions.ts";
import { schemaReadScopes, schemaWriteScopes } from "./property-scopes.ts";

const readsSchema = { scopes: schemaReadScopes };
const writesSchema = { scopes: schemaWriteScopes };

/** The properties of object types (hubspot.md §4.13). */
export const propertyRoutes: Route[] = [
  { method: "GET", paths: propertyPaths(), ...readsSchema, handle: listProperties },
  { method: "POST", paths: propertyPaths(), ...writesSchema, handle: create },
  { method: "GET", paths: propertyPaths("/:name"), ...readsSchema, handle: read },
  { method: "PATCH", paths: propertyPaths("/:name"), ...writesSchema, handle: update },
  { method: "DELETE", paths: propertyPaths("/:name"), ...writesSchema, handle: archive },
  { method: "POST", paths: propertyPaths("/batch/create"), ...writesSchema, handle: batchCreate },
  { method: "POST", paths: propertyPaths("/batch/read"), ...readsSchema, handle: batchRead },
  { method: "POST", paths: propertyPaths("/batch/archive"), ...writesSchema, handle: batchArchive },
  { method: "GET", paths: validationPaths(), ...readsSchema, handle: () => ({ status: 200, body: { results: [] } }) },
];

const maxInputs = 100;

/** The property paths of both families. */
export function propertyPaths(rest = ""): string[] {
  return [`/crm/properties/:version/:objectType${rest}`, `/crm/v3/properties/:objectType${rest}`];
}

// Validation rules are not part of the sandbox; conditional rules are not exposed by HubSpot (hubspot.md §4.12).
function validationPaths(): string[] {
  const paths = ["/crm/property-validations/:version/:objectType", "/crm/v3/property-validations/:objectType"];
  return paths.flatMap((path) => [path, `${path}/:name`]);
}

function listProperties({ portal, params, query }: Call): Answer {
  const archived = query.get("archived") === "true";
  const definitions = [...definitionsOf(portal, requireTypeId(params.objectType)).values()];
  const wanted = definitions.filter((definition) => (definition.archivedAt !== null) === archived);
  return { status: 200, body: { results: wanted.map(formatProperty) } };
}

function create({ portal, params, body }: Call): Answer {
  const definition = createProperty(portal, requireTypeId(params.objectType), parseObject(body));
  return { status: 201, body: formatProperty(definition) };
}

function read(call: Call): Answer {
  return { status: 200, body: formatProperty(requireProperty(call, call.query.get("archived") === "true")) };
}

function update(call: Call): Answer {
  const definition = requireProperty(call);
  changeProperty(call.portal, requireTypeId(call.params.objectType), definition, parseObject(call.body));
  return { status: 200, body: formatProperty(definition) };
}

function archive(call: Call): Answer {
  const definition = requireProperty(call);
  archiveProperty(call.portal, requireTypeId(call.params.objectType), definition);
  return { status: 204 };
}

function batchCreate(call: Call): Answer {
  const typeId = requireTypeId(call.params.objectType);
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of parseInputs(call.body, maxInputs)) {
    try {
      results.push(formatProperty(createProperty(call.portal, typeId, input)));
    } catch (error) {
      if (!(error instanceof HubspotError)) throw error;
      errors.push(batchErrorEntry(error, { name: [parseText(input.name) ?? ""] }));
    }
  }
  return batchAnswer(call, { status: 201, results, errors });
}

function batchRead(call: Call): Answer {
  const { portal, params, body } = call;
  const archived = parseObject(body).archived === true;
  const definitions = definitionsOf(portal, requireTypeId(params.objectType));
  const names = parseInputs(body, maxInputs).map((input) => parseText(input.name) ?? "");
  const isThere = (name: string) => (definitions.get(name)?.archivedAt === null) !== archived && definitions.has(name);
  const results = names.filter(isThere).flatMap((name) => {
    const definition = definitions.get(name);
    return definition ? [formatProperty(definition)] : [];
  });
  const missing = names.filter((name) => !isThere(name));
  const error = {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `Property ${missing.join(", ")} does not exist`,
    context: { name: missing },
  };
  return batchAnswer(call, { status: 200, results, errors: missing.length > 0 ? [error] : [] });
}

function batchArchive({ portal, params, body }: Call): Answer {
  const typeId = requireTypeId(params.objectType);
  for (const input of parseInputs(body, maxInputs)) {
    const definition = definitionsOf(portal, typeId).get(parseText(input.name) ?? "");
    if (definition?.archivedAt === null) archiveProperty(portal, typeId, definition);
  }
  return { status: 204 };
}

function requireProperty({ portal, params }: Call, archived = false): PropertyDefinition {
  const definition = definitionsOf(portal, requireTypeId(params.objectType)).get(params.name ?? "");
  if (!definition || (definition.archivedAt !== null) !== archived) throw objectNotFound();
  return definition;
}

function formatProperty(definition: PropertyDefinition): Record<string, unknown> {
  const { archivedAt, readOnly, sensitive, referencedObjectType, ...shown } = definition;
  return {
    ...shown,
    externalOptions: referencedObjectType !== undefined,
    ...(referencedObjectType ? { referencedObjectType } : {}),
    ...(sensitive ? { dataSensitivity: "sensitive" } : {}),
    archived: archivedAt !== null,
    ...(archivedAt === null ? {} : { archivedAt: new Date(archivedAt).toISOString() }),
    modificationMetadata: {
      archivable: !shown.hubspotDefined,
      readOnlyDefinition: shown.hubspotDefined,
      readOnlyValue: readOnly || shown.calculated,
    },
  };
}
