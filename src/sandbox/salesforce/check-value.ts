import { SalesforceError } from "./errors.ts";
import { isId, to18 } from "./ids.ts";
import type { Org } from "./org.ts";
import type { Field, Value } from "./schema.ts";

/**
 * A value as the field holds it; datetimes become epoch ms, ids get 18 characters. Throws what Salesforce says of one that
 * it does not take (salesforce.md §3.2).
 */
export function checkValue(field: Field, given: unknown, org: Org): Value {
  if (given === null || given === "") return field.type === "boolean" ? refuseType(field, given) : null;
  switch (field.type) {
    case "boolean":
      return typeof given === "boolean" ? given : refuseType(field, given);
    case "int":
      return Number.isSafeInteger(given) ? Number(given) : refuseType(field, given);
    case "double":
    case "currency":
      return typeof given === "number" && Number.isFinite(given) ? given : refuseType(field, given);
    case "date":
      return checkDate(field, given);
    case "datetime":
      return checkDatetime(field, given);
    case "reference":
    case "id":
      return checkReference(field, textOf(field, given), org);
    case "picklist":
      return checkPicklist(field, textOf(field, given));
    case "email":
      return checkEmail(field, checkLength(field, textOf(field, given)));
    default:
      return checkLength(field, textOf(field, given));
  }
}

function refuse(errorCode: string, message: string, field: Field): never {
  throw new SalesforceError(400, { message, errorCode, fields: [field.name] });
}

function refuseType(field: Field, given: unknown): never {
  const kind = given === null ? "VALUE_NULL" : typeof given === "string" ? "VALUE_STRING" : "VALUE";
  throw new SalesforceError(400, {
    message: `Cannot deserialize instance of ${field.type} from ${kind} value ${String(given)} or request may be missing a required field`,
    errorCode: "JSON_PARSER_ERROR",
  });
}

const textOf = (field: Field, given: unknown): string => {
  if (typeof given === "string") return given;
  return typeof given === "number" || typeof given === "boolean" ? String(given) : refuseType(field, given);
};

function checkLength(field: Field, text: string): string {
  if (field.length === 0 || text.length <= field.length) return text;
  return refuse("STRING_TOO_LONG", `${field.label}: data value too large: ${text} (max length=${field.length})`, field);
}

const email = /^[^\s@<>(),;:\\"[\]]+@[^\s@<>(),;:\\"[\]]+\.[^\s@.]+$/;

/** Does an e-mail field take it? */
export const isEmailAddress = (text: string): boolean => text.length <= 80 && email.test(text);

const checkEmail = (field: Field, text: string): string =>
  email.test(text) ? text : refuse("INVALID_EMAIL_ADDRESS", `${field.label}: invalid email address: ${text}`, field);

function checkPicklist(field: Field, text: string): string {
  const isKnown = field.picklistValues.some(({ value, active }) => active && value === text);
  if (field.restrictedPicklist && !isKnown)
    refuse(
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      `${field.label}: bad value for restricted picklist field: ${text}`,
      field,
    );
  return checkLength(field, text);
}

function checkDate(field: Field, given: unknown): string {
  const text = textOf(field, given);
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // A 31st that its month does not have would become the 1st.
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? refuseType(field, given) : text;
}

function checkDatetime(field: Field, given: unknown): number {
  const text = textOf(field, given);
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2")) : Number.NaN;
  return Number.isNaN(at) ? refuseType(field, given) : at;
}

/** Of the right form, of an object that the field may point to, and there. */
function checkReference(field: Field, text: string, org: Org): string {
  if (!isId(text)) refuse("MALFORMED_ID", `${field.label}: id value of incorrect type: ${text}`, field);
  const id = to18(text);
  const wanted = field.referenceTo.map((name) => org.tables.get(name)).filter((table) => table !== undefined);
  const table = wanted.find(({ object }) => id.startsWith(object.keyPrefix));
  if (table === undefined)
    refuse("FIELD_INTEGRITY_EXCEPTION", `${field.label}: id value of incorrect type: ${text}`, field);
  const row = table.get(id);
  if (row === undefined) refuse("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field);
  if (row.IsDeleted === true) refuse("ENTITY_IS_DELETED", "entity is deleted", field);
  return id;
}
