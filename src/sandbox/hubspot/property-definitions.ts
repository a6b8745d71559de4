import { createIndex } from "./indexes.ts";
import { validationError } from "./object-errors.ts";
import { isJson, type Json, parseText } from "./parse-body.ts";
import { HubspotError, type Portal, type PropertyDefinition } from "./portal.ts";
import { addStageProperties, builtInProperty } from "./stage-properties.ts";

type Options = PropertyDefinition["options"];

/** hubspot.md §4.13: which `fieldType` goes with which `type`. */
const fieldTypes: Record<string, string[]> = {
  bool: ["booleancheckbox", "calculation_equation"],
  date: ["date"],
  datetime: ["date"],
  enumeration: ["select", "radio", "checkbox", "booleancheckbox", "calculation_equation"],
  number: ["number", "calculation_equation"],
  phone_number: ["phonenumber"],
  string: ["text", "textarea", "html", "file", "phonenumber", "calculation_equation"],
};

/** Archived properties are gone for good after 90 days (hubspot.md §4.13). */
const purgeAfterMs = 90 * 86_400_000;
/** hubspot.md §3.2. */
const maxUniqueProperties = 10;

/**
 * Creates a property, or restores the archived one of that name as it was (hubspot.md §4.13). Throws 409 when it
 * exists, 400 when the definition is not valid.
 */
export function createProperty(portal: Portal, typeId: string, input: Json): PropertyDefinition {
  const definitions = definitionsOf(portal, typeId);
  const name = parseText(input.name) ?? "";
  const known = definitions.get(name);
  if (known?.archivedAt === null) {
    throw new HubspotError(409, {
      message: `Property with name ${name} already exists on object type ${typeId}`,
      category: "OBJECT_ALREADY_EXISTS",
      subCategory: "Properties.PROPERTY_WITH_NAME_EXISTS",
    });
  }
  if (known?.archivedAt && portal.clock.now() - known.archivedAt < purgeAfterMs) {
    known.archivedAt = null;
    return known;
  }
  const definition = parseDefinition(portal, typeId, { ...input, name });
  for (const record of known ? (portal.records.get(typeId)?.values() ?? []) : []) record.properties.delete(name);
  definitions.set(name, definition);
  if (definition.hasUniqueValue) createIndex(portal, typeId, name);
  return definition;
}

/** Changes what the input names; `options` is replaced whole (hubspot.md §4.13). */
export function changeProperty(portal: Portal, typeId: string, definition: PropertyDefinition, input: Json): void {
  const options = input.options === undefined ? undefined : parseOptions(input.options);
  const type = parseText(input.type) ?? definition.type;
  const fieldType = parseText(input.fieldType) ?? definition.fieldType;
  requireFieldType(type, fieldType);
  const groupName = parseText(input.groupName) ?? definition.groupName;
  requireGroup(portal, typeId, groupName);
  Object.assign(definition, { type, fieldType, groupName, ...parseCommon(input), ...(options ? { options } : {}) });
  if (options && definition.name === "lifecyclestage") {
    addStageProperties(
      portal,
      typeId,
      options.map((option) => option.value),
    );
  }
}

/** Archives a property; its values stay for a restore. Throws 400 for HubSpot's own and for one that a rule needs. */
export function archiveProperty(portal: Portal, typeId: string, definition: PropertyDefinition): void {
  if (definition.hubspotDefined) throw validationError(`Property ${definition.name} is defined by HubSpot.`);
  const { conditionalRequired, requiredOnCreate } = portal.rules;
  const { name } = definition;
  const isUsed =
    requiredOnCreate.some((rule) => rule.objectTypeId === typeId && rule.properties.includes(name)) ||
    conditionalRequired.some(({ objectTypeId, when, require }) => {
      return objectTypeId === typeId && (when.property === name || require.includes(name));
    });
  if (isUsed) {
    throw validationError(`Property ${name} is in use and cannot be deleted.`, {
      subCategory: "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
    });
  }
  definition.archivedAt = portal.clock.now();
}

/** The properties of an object type, archived ones among them. */
export function definitionsOf(portal: Portal, typeId: string): Map<string, PropertyDefinition> {
  return portal.properties.get(typeId) ?? new Map();
}

/** Throws 400 unless the object type has the group. */
function requireGroup(portal: Portal, typeId: string, name: string): void {
  if (portal.groups.get(typeId)?.get(name)?.archived === false) return;
  throw validationError(`Property group ${name} does not exist.`);
}

function parseDefinition(portal: Portal, typeId: string, input: Json & { name: string }): PropertyDefinition {
  const { name } = input;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw validationError(`Invalid property name: ${name}`);
  const [label, type, fieldType, groupName] = ["label", "type", "fieldType", "groupName"].map((field) => {
    const text = parseText(input[field]);
    if (text === undefined || text === "") throw validationError(`Property ${name} needs ${field}.`);
    return text;
  });
  requireFieldType(type ?? "", fieldType ?? "");
  requireGroup(portal, typeId, groupName ?? "");
  const isOwnerPicker = input.referencedObjectType === "OWNER";
  const options = parseOptions(input.options);
  const needsOptions = type === "enumeration" && fieldType !== "calculation_equation" && !isOwnerPicker;
  if (needsOptions && options.length === 0) throw validationError(`Property ${name} needs options.`);
  const hasUniqueValue = input.hasUniqueValue === true;
  if (hasUniqueValue) requireUniqueAllowed(portal, typeId, name);
  return {
    ...builtInProperty(name, type ?? "", groupName ?? ""),
    label: label ?? name,
    fieldType: fieldType ?? "",
    formField: false,
    calculated: fieldType === "calculation_equation",
    hubspotDefined: false,
    ...parseCommon(input),
    options,
    hasUniqueValue,
    ...(isOwnerPicker ? { referencedObjectType: "OWNER" } : {}),
  };
}

function parseCommon(input: Json): Partial<PropertyDefinition> {
  const { label, description, displayOrder, hidden, formField } = input;
  return {
    ...(typeof label === "string" ? { label } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof displayOrder === "number" ? { displayOrder } : {}),
    ...(typeof hidden === "boolean" ? { hidden } : {}),
    ...(typeof formField === "boolean" ? { formField } : {}),
  };
}

function parseOptions(value: unknown): Options {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isJson)) throw validationError("options must be an array of objects.");
  const options = value.map((option, index) => ({
    label: parseText(option.label) ?? "",
    value: parseText(option.value) ?? "",
    displayOrder: typeof option.displayOrder === "number" ? option.displayOrder : index,
    hidden: option.hidden === true,
  }));
  const values = new Set(options.map((option) => option.value));
  if (values.has("") || values.size < options.length) throw validationError("Option values must be unique texts.");
  return options;
}

function requireFieldType(type: string, fieldType: string): void {
  if (fieldTypes[type]?.includes(fieldType)) return;
  throw validationError(`Property type ${type} does not go with field type ${fieldType}.`);
}

function requireUniqueAllowed(portal: Portal, typeId: string, name: string): void {
  // hubspot.md §4.8: whether tasks accept unique properties is open.
  if (typeId === "0-27" && portal.settings.taskUniqueProperties === "reject") {
    throw validationError(`Property ${name}: object type ${typeId} does not support unique properties.`);
  }
  const unique = [...definitionsOf(portal, typeId).values()].filter((one) => one.hasUniqueValue && !one.archivedAt);
  if (unique.length >= maxUniqueProperties) {
    throw validationError(`An object type has at most ${maxUniqueProperties} unique properties.`);
  }
}
