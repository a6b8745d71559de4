import { objectTypes, pluralName, readScopes, writeScopes } from "./object-types.ts";

/** Scopes that allow reading an object type's properties and groups: its schema's or its records'. */
export function schemaReadScopes(params: Record<string, string>): string[] {
  return [...new Set([...readScopes(params), `crm.schemas.${schemaOf(params)}.read`])];
}

/** Scopes that allow changing them. Activities have no schema scope of their own: writing their records suffices. */
export function schemaWriteScopes(params: Record<string, string>): string[] {
  const schema = schemaOf(params);
  const own = objectTypes[params.objectType ?? ""];
  const hasSchema = own === "0-1" || own === "0-2" || own === "0-3";
  return hasSchema ? [`crm.schemas.${schema}.write`] : [`crm.schemas.${schema}.write`, ...writeScopes(params)];
}

function schemaOf({ objectType = "" }: Record<string, string>): string {
  const typeId = objectTypes[objectType.toLowerCase()] ?? "0-1";
  return ["0-1", "0-2", "0-3"].includes(typeId) ? pluralName(typeId) : "contacts";
}
