import { HubspotError } from "./portal.ts";

type ObjectType = { id: string; singular: string; plural: string; read: string[]; write: string[] };

const contactScopes = { read: ["crm.objects.contacts.read"], write: ["crm.objects.contacts.write"] };
// hubspot.md §2.4: contact scopes cover activities, but the e-mail endpoints need a scope of their own.
const emailScopes = { read: ["sales-email-read"], write: ["sales-email-read"] };

const types: ObjectType[] = [
  { id: "0-1", singular: "contact", plural: "contacts", ...contactScopes },
  { id: "0-2", singular: "company", plural: "companies", ...scopesOf("companies") },
  { id: "0-3", singular: "deal", plural: "deals", ...scopesOf("deals") },
  { id: "0-27", singular: "task", plural: "tasks", ...contactScopes },
  { id: "0-46", singular: "note", plural: "notes", ...contactScopes },
  { id: "0-47", singular: "meeting", plural: "meetings", ...contactScopes },
  { id: "0-48", singular: "call", plural: "calls", ...contactScopes },
  { id: "0-49", singular: "email", plural: "emails", ...emailScopes },
  { id: "0-115", singular: "user", plural: "users", ...scopesOf("users") },
];

const byName = new Map(types.flatMap((type) => [type.id, type.singular, type.plural].map((name) => [name, type])));

/** Singular names, plural names and type ids themselves → object type id. */
export const objectTypes: Record<string, string> = Object.fromEntries([...byName].map(([name, { id }]) => [name, id]));

/** The ids of all object types that a portal holds. */
export const objectTypeIds: readonly string[] = types.map((type) => type.id);

/** The id of an object type as a path or body names it; 400 for a name that does not exist. */
export function requireTypeId(name: string | undefined): string {
  const type = byName.get((name ?? "").toLowerCase());
  if (type) return type.id;
  throw new HubspotError(400, {
    message: `Unable to infer object type from: ${name ?? ""}`,
    category: "VALIDATION_ERROR",
  });
}

/** "0-1" → "contact". */
export function singularName(typeId: string): string {
  return byName.get(typeId)?.singular ?? typeId;
}

/** "0-1" → "contacts". */
export function pluralName(typeId: string): string {
  return byName.get(typeId)?.plural ?? typeId;
}

/** Scopes of which any one allows reading (writing) records of the type that `params.objectType` names. */
export function readScopes(params: Record<string, string>): string[] {
  return byName.get((params.objectType ?? "").toLowerCase())?.read ?? [];
}

export function writeScopes(params: Record<string, string>): string[] {
  return byName.get((params.objectType ?? "").toLowerCase())?.write ?? [];
}

function scopesOf(plural: string): { read: string[]; write: string[] } {
  return { read: [`crm.objects.${plural}.read`], write: [`crm.objects.${plural}.write`] };
}
