import { isObject, type Kind, listOf, mapOf, text } from "../control-input.ts";
import { isId, to18 } from "./ids.ts";

/** A record's id in either form; it is read as 18 characters. */
export const recordId: Kind<string> = {
  wanted: "an id of 15 or 18 characters",
  blank: "",
  read: (value) => (typeof value === "string" && isId(value) ? to18(value) : undefined),
};

/** Values of a record by the API names of its fields; what they may be is the fields' own business. */
export const fieldValues: Kind<Record<string, unknown>> = {
  wanted: "an object of values by the API names of fields",
  blank: {},
  read: (value) => (isObject(value) ? value : undefined),
};

/** Names of fields, by object. */
export const fieldNames: Kind<Record<string, string[]>> = mapOf(listOf(text));
