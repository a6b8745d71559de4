import { validationError } from "./object-errors.ts";
import { isJson, type Json, parseId, parseLimit, parseObject, parseText, parseTexts } from "./parse-body.ts";

export type Operator =
  | "EQ"
  | "NEQ"
  | "LT"
  | "LTE"
  | "GT"
  | "GTE"
  | "BETWEEN"
  | "IN"
  | "NOT_IN"
  | "HAS_PROPERTY"
  | "NOT_HAS_PROPERTY"
  | "CONTAINS_TOKEN"
  | "NOT_CONTAINS_TOKEN";

export type Filter = { propertyName: string; operator: Operator; value: string; values: string[]; highValue: string };

export type Search = {
  /** One of the groups must hold, in it all filters. */
  groups: Filter[][];
  query: string;
  sort: { propertyName: string; isDescending: boolean } | null;
  properties: string[];
  limit: number;
  after: number;
};

const operators: Operator[] = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
];

// hubspot.md §3.2.
const maxCharacters = 3_000;
const maxGroups = 5;
const maxFiltersPerGroup = 6;
const maxFilters = 18;
const maxLimit = 200;
const maxResults = 10_000;

/** A search body; 400 for whatever is beyond HubSpot's limits or not of its form. Nothing in it is obligatory. */
export function parseSearch(value: unknown): Search {
  const body = value === undefined ? {} : parseObject(value);
  if (JSON.stringify(body).length > maxCharacters) {
    throw validationError(`The search request is longer than ${maxCharacters} characters.`);
  }
  const limit = parseLimit(body.limit, 10, maxLimit);
  const after = parseAfter(body.after);
  if (after + limit > maxResults) {
    throw validationError(`Paging through more than ${maxResults} results of one query is not supported.`);
  }
  return {
    groups: parseGroups(body.filterGroups),
    query: parseText(body.query)?.toLowerCase() ?? "",
    sort: parseSort(body.sorts),
    properties: parseTexts(body.properties, "properties"),
    limit,
    after,
  };
}

function parseAfter(value: unknown): number {
  const text = parseId(value);
  if (/^\d*$/.test(text)) return Number(text);
  throw validationError(`Invalid value for after: ${text}`);
}

function parseGroups(value: unknown): Filter[][] {
  const groups = parseObjects(value, "filterGroups").map((group) => parseObjects(group.filters, "filters"));
  if (groups.length > maxGroups) throw validationError(`There are too many filterGroups: at most ${maxGroups}.`);
  if (groups.some((group) => group.length > maxFiltersPerGroup)) {
    throw validationError(`There are too many filters in a filterGroup: at most ${maxFiltersPerGroup}.`);
  }
  if (groups.flat().length > maxFilters) throw validationError(`There are too many filters: at most ${maxFilters}.`);
  return groups.map((group) => group.map(parseFilter));
}

function parseFilter(filter: Json): Filter {
  const operator = operators.find((one) => one === filter.operator);
  if (!operator) throw validationError(`Invalid operator: ${String(filter.operator)}.`);
  const parsed = {
    propertyName: parseText(filter.propertyName) ?? "",
    operator,
    value: parseScalar(filter.value),
    values: Array.isArray(filter.values) ? filter.values.map(parseScalar) : [],
    highValue: parseScalar(filter.highValue),
  };
  if (parsed.propertyName === "") throw validationError("A filter needs a propertyName.");
  requireOperands(parsed);
  return parsed;
}

function requireOperands({ operator, propertyName, value, values, highValue }: Filter): void {
  const isList = operator === "IN" || operator === "NOT_IN";
  const isPresence = operator === "HAS_PROPERTY" || operator === "NOT_HAS_PROPERTY";
  const isMissing = isList ? values.length === 0 : !isPresence && value === "";
  if (isMissing) throw validationError(`The filter on ${propertyName} with ${operator} has no value.`);
  if (operator === "BETWEEN" && highValue === "") throw validationError(`BETWEEN on ${propertyName} needs highValue.`);
}

function parseSort(value: unknown): Search["sort"] {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw validationError("sorts must be an array.");
  // hubspot.md §3.2: one sort.
  if (value.length > 1) throw validationError("Only one sort is supported.");
  const [sort] = value;
  if (sort === undefined) return null;
  if (typeof sort === "string") return { propertyName: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") };
  const { propertyName, direction } = parseObject(sort);
  return { propertyName: parseText(propertyName) ?? "", isDescending: direction === "DESCENDING" };
}

function parseObjects(value: unknown, name: string): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isJson)) return value;
  throw validationError(`${name} must be an array of objects.`);
}

function parseScalar(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
