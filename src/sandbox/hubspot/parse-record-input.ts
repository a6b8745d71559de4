import { ControlError, id, isObject, number, oneOf, readFields, text } from "../control-input.ts";
import { requireTypeId } from "./object-types.ts";
import type { AssociationType, Source } from "./portal.ts";

export type Pair = {
  fromTypeId: string;
  fromId: string;
  toTypeId: string;
  toId: string;
  types: AssociationType[];
  source: Source;
};

/** `source` of a body: who makes the change. Default: the portal's first user, in HubSpot's own pages. */
export function parseSource(body: unknown): Source {
  const given = isObject(body) ? body.source : undefined;
  if (given === undefined) return { type: "CRM_UI", id: "userId:1", userId: 1 };
  const fields = readFields(given);
  const userId = fields.maybe("userId", number);
  const source = {
    type: fields.need("type", text),
    id: fields.maybe("id", id) ?? (userId === undefined ? "" : `userId:${userId}`),
  };
  fields.check();
  return userId === undefined ? source : { ...source, userId };
}

/** `associations` of a new record: `[{type, id, types}]`. */
export function parseAssociations(value: unknown): { toTypeId: string; toId: string; types: AssociationType[] }[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ControlError(400, "`associations` must be a list of {type, id, types}");
  return value.map((entry: unknown) => {
    const { typeId, recordId } = parseEnd(entry);
    return { toTypeId: typeId, toId: recordId, types: parseTypes(entry) };
  });
}

/** `{from: {type, id}, to: {type, id}, types, source?}`. */
export function parsePair(body: unknown): Pair {
  const from = parseEnd(isObject(body) ? body.from : undefined);
  const to = parseEnd(isObject(body) ? body.to : undefined);
  return {
    fromTypeId: from.typeId,
    fromId: from.recordId,
    toTypeId: to.typeId,
    toId: to.recordId,
    types: parseTypes(body),
    source: parseSource(body),
  };
}

function parseEnd(value: unknown): { typeId: string; recordId: string } {
  const fields = readFields(value);
  const [type, recordId] = [fields.need("type", text), fields.need("id", id)];
  fields.check();
  return { typeId: requireTypeId(type), recordId };
}

/** `types`: association type ids as numbers, HubSpot's own (hubspot.md §4.6), or `{category, typeId}`. */
function parseTypes(value: unknown): AssociationType[] {
  const types: unknown = isObject(value) ? value.types : undefined;
  if (!Array.isArray(types)) throw new ControlError(400, "`types` must be a list of association types");
  return types.map((type: unknown): AssociationType => {
    if (typeof type === "number") return { category: "HUBSPOT_DEFINED", typeId: type };
    const fields = readFields(type);
    const parsed = {
      category: fields.need("category", oneOf(["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"])),
      typeId: fields.need("typeId", number),
    };
    fields.check();
    return parsed;
  });
}
