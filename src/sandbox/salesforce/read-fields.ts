import type { Field, FieldType, PicklistValue } from "./schema.ts";

/** An object whose fields are a text. `children`: "Contacts Contact.AccountId", one a line. */
export type Declared = { name: string; keyPrefix: string; label?: string; fields: string; children?: string };

/**
 * Fields from a text, one a line: `LastName* string(80) @Name`, `OwnerId reference(User,Group) Owner`,
 * `Status picklist{Open|Working|=New}`. Behind the name: `*` it must be given, `!` nobody writes it, `+` it is written on
 * create alone, `~` a formula. `@` names the compound field that it is part of, `#` an external id, `#!` one that is unique
 * as well. Of a picklist's values `=` marks the default, `DE:Germany` has another label, and `!` behind the braces takes no
 * others. Throws for a line that is none: these texts are our own.
 */
export function readFields(text: string): Field[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(readField);
}

const form = /^(\w+)([*!+~]?) (\w+)(?:\(([\w,]+)\))?(?:\{([^}]*)\}(!)?)?(?: (\w+))?(?: @(\w+))?( #!?)?$/;

const lengths: Partial<Record<FieldType, number>> = { email: 80, phone: 40, url: 255, picklist: 255, textarea: 32_000 };

function readField(line: string): Field {
  const [, name = "", mark = "", type = "", detail = "", values, restricted, relationship, compound, external] =
    form.exec(line) ?? [];
  if (name === "") throw new Error(`"${line}" is no field.`);
  const isWritten = mark !== "!" && mark !== "~";
  const isReference = type === "reference";
  return {
    name,
    label: labelOf(name),
    type: type as FieldType,
    length: isReference ? 18 : Number(detail) || (lengths[type as FieldType] ?? 0),
    nillable: mark !== "*" && type !== "boolean" && type !== "id",
    createable: isWritten,
    updateable: isWritten && mark !== "+",
    filterable: type !== "textarea" && type !== "address",
    custom: name.endsWith("__c"),
    calculated: mark === "~",
    externalId: external !== undefined,
    unique: external === " #!",
    referenceTo: isReference ? detail.split(",") : [],
    relationshipName: relationship ?? null,
    picklistValues: (values ?? "").split("|").filter(Boolean).map(picklistValue),
    restrictedPicklist: restricted !== undefined,
    compoundFieldName: compound ?? null,
  };
}

function picklistValue(text: string): PicklistValue {
  const [value = "", label = value] = text.replace(/^=/, "").split(":");
  return { value, label, active: true, defaultValue: text.startsWith("=") };
}

/** "Annual Revenue" of AnnualRevenue. */
const labelOf = (name: string): string =>
  name
    .replace(/__c$/, "")
    .replaceAll("_", " ")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ");

/** A compound address with its parts, "Billing" before each. */
export const addressFields = (prefix: string): string =>
  ["Street textarea(255)", "City string(40)", "State string(80)", "PostalCode string(20)", "Country string(80)"]
    .map((part) => `${prefix}${part} @${prefix}Address`)
    .concat(`${prefix}Address! address`)
    .join("\n");
