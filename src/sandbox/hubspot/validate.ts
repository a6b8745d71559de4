import { missingRequired } from "./admin-rules.ts";
import { findByUnique, isUniqueProperty } from "./indexes.ts";
import { contactExists, invalidProperties, type Problem, validationError } from "./object-errors.ts";
import { singularName } from "./object-types.ts";
import type { Call, HubspotRecord, Portal, PropertyDefinition } from "./portal.ts";
import { checkValue, invalidOption, isPipelineProperty } from "./property-values.ts";

export type Warning = {
  category: "PROPERTY_VALUE_NORMALIZED";
  message: string;
  context: { propertyName: string; rawValue: string; normalizedValue: string };
};

export type Write = {
  version: Call["version"];
  /** The record to change; null when one is created. */
  record: HubspotRecord | null;
  /** The account's own doing, such as a seed: may set what is read-only to others. */
  trusted?: boolean;
};

export type Validated = { values: Map<string, string>; warnings: Warning[] };

/**
 * Checks all properties of one write. Throws 400 with every refused property (the whole record is refused,
 * hubspot.md §3.3), 400 for values that must be unique or are required, 409 for another contact's e-mail address.
 */
export function validateProperties(
  portal: Portal,
  typeId: string,
  properties: Record<string, string>,
  write: Write,
): Validated {
  const values = new Map<string, string>();
  const warnings: Warning[] = [];
  const problems: Problem[] = [];
  for (const [name, raw] of Object.entries(properties)) {
    const checked = checkProperty(portal, typeId, { name, raw }, write);
    if ("code" in checked) {
      problems.push({ name, code: checked.code, message: checked.message, value: raw });
      continue;
    }
    values.set(name, checked.value);
    if (checked.normalized) warnings.push(normalizedWarning(name, raw, checked.value));
  }
  if (typeId === "0-3") problems.push(...stageProblems(portal, values, write.record));
  if (problems.length > 0) throw invalidProperties(portal, problems);
  if (!write.record) requireBasics(typeId, values);
  requireUnique(portal, typeId, values, write.record);
  const missing =
    write.version === "2026-09" && !write.trusted ? missingRequired(portal, typeId, values, write.record) : [];
  if (missing.length > 0) throw invalidProperties(portal, missing);
  return { values, warnings };
}

/** The definition of a property that exists and is not archived. */
export function activeProperty(portal: Portal, typeId: string, name: string): PropertyDefinition | undefined {
  const definition = portal.properties.get(typeId)?.get(name);
  return definition?.archivedAt === null ? definition : undefined;
}

function checkProperty(
  portal: Portal,
  typeId: string,
  { name, raw }: { name: string; raw: string },
  { version, trusted = false }: Write,
): ReturnType<typeof checkValue> {
  const definition = activeProperty(portal, typeId, name);
  if (!definition) return { code: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` };
  if ((definition.readOnly || definition.calculated) && !trusted) {
    return { code: "READ_ONLY_VALUE", message: `"${name}" is a read only property; its value cannot be set.` };
  }
  if (raw === "") return { value: "", normalized: false };
  if (definition.referencedObjectType === "OWNER") return checkOwner(portal, raw);
  if (typeId === "0-1" && name === "email") return checkEmail(portal, raw);
  return checkValue(definition, typeId === "0-2" && name === "domain" ? raw.toLowerCase() : raw, version);
}

// hubspot.md §4.10: only ids of owners are accepted, never user ids; archived owners as the account is configured.
function checkOwner(portal: Portal, raw: string): ReturnType<typeof checkValue> {
  if (raw !== raw.trim()) {
    return { code: "LEADING_TRAILING_WHITESPACE", message: `${raw} has leading or trailing whitespace.` };
  }
  const owner = portal.owners.get(raw);
  if (owner && (!owner.archived || portal.settings.archivedOwnerWrites === "accept")) {
    return { value: raw, normalized: false };
  }
  const why = owner ? "is not active" : "does not exist";
  return { code: "INVALID_OWNER_ID", message: `Owner ${raw} ${why}.` };
}

/** What the e-mail of a contact may look like. */
export const isEmailAddress = (text: string): boolean => /^[^\s@;,<>"]+@[^\s@;,<>"]+\.[^\s@.;,<>"]{2,}$/.test(text);

function checkEmail(portal: Portal, raw: string): ReturnType<typeof checkValue> {
  const email = raw.trim().toLowerCase();
  if (!isEmailAddress(email)) {
    return { code: "INVALID_EMAIL", message: `Email address ${raw} is invalid` };
  }
  // hubspot.md §9 "gdpr-delete blocks re-creation by e-mail".
  if (portal.erasedEmails.has(email)) {
    return { code: "INVALID_EMAIL", message: `Email address ${raw} was deleted for privacy and cannot be used again` };
  }
  return { value: email, normalized: false };
}

function stageProblems(portal: Portal, values: Map<string, string>, record: HubspotRecord | null): Problem[] {
  const pipelines = portal.pipelines.get("0-3") ?? [];
  const pipelineId = values.get("pipeline") ?? record?.properties.get("pipeline") ?? pipelines[0]?.id ?? "";
  const pipeline = pipelines.find((one) => one.id === pipelineId);
  const allowed = {
    pipeline: pipelines.map((one) => one.id),
    dealstage: pipeline?.stages.map((stage) => stage.id) ?? [],
  };
  const problems: Problem[] = [];
  for (const [name, value] of values) {
    if (value === "" || !isPipelineProperty(name)) continue;
    const options = name === "pipeline" ? allowed.pipeline : allowed.dealstage;
    const problem = options.includes(value) ? undefined : invalidOption(value, options, { name });
    if (problem && "code" in problem) problems.push({ name, ...problem, value });
  }
  return problems;
}

/** hubspot.md §4.8–4.9: activities need `hs_timestamp`; deals need a name and a stage. */
const basics: Record<string, string[]> = {
  "0-3": ["dealname", "dealstage"],
  "0-27": ["hs_timestamp"],
  "0-46": ["hs_timestamp"],
  "0-47": ["hs_timestamp"],
  "0-48": ["hs_timestamp"],
  "0-49": ["hs_timestamp"],
};

function requireBasics(typeId: string, values: Map<string, string>): void {
  const missing = (basics[typeId] ?? []).filter((name) => (values.get(name) ?? "") === "");
  if (missing.length === 0) return;
  const type = singularName(typeId).toUpperCase();
  throw validationError(`Error creating ${type}. Some required properties were not set.`, {
    context: { properties: missing },
  });
}

function requireUnique(
  portal: Portal,
  typeId: string,
  values: Map<string, string>,
  record: HubspotRecord | null,
): void {
  for (const [property, value] of values) {
    if (value === "" || !isUniqueProperty(portal, typeId, property)) continue;
    const holder = findByUnique(portal, typeId, { property, value });
    if (!holder || holder.id === record?.id) continue;
    if (property === "email") throw contactExists(holder.id);
    throw conflictingValue(portal, { name: property, value, holder: holder.id });
  }
}

/** A value of a `hasUniqueValue` property that another record (or input of the batch) has. */
export function conflictingValue(portal: Portal, clash: { name: string; value: string; holder: string }): Error {
  const { name, value, holder } = clash;
  const message = `Cannot set ${name} to ${value}: it is already set on ${holder}.`;
  return invalidProperties(portal, [{ name, code: "CONFLICTING_UNIQUE_VALUE", message, value }]);
}

function normalizedWarning(propertyName: string, rawValue: string, normalizedValue: string): Warning {
  return {
    category: "PROPERTY_VALUE_NORMALIZED",
    message: `The value of ${propertyName} was normalized.`,
    context: { propertyName, rawValue, normalizedValue },
  };
}
