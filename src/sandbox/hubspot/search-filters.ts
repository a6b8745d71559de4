import { associatedIds } from "./associations.ts";
import { validationError } from "./object-errors.ts";
import { requireTypeId } from "./object-types.ts";
import type { Filter } from "./parse-search.ts";
import type { Portal, PropertyDefinition } from "./portal.ts";
import { parseTime } from "./property-values.ts";
import { activeProperty } from "./validate.ts";

/** What search sees of a record. */
export type Seen = { id: string; properties: Map<string, string> };
export type Predicate = (seen: Seen) => boolean;

const associationPrefix = "associations.";

/** A filter as a function; 400 for a property that does not exist. */
export function compileFilter(portal: Portal, typeId: string, filter: Filter): Predicate {
  const { propertyName } = filter;
  if (propertyName.startsWith(associationPrefix)) return compileAssociation(portal, typeId, filter);
  const definition = activeProperty(portal, typeId, propertyName);
  if (!definition)
    throw validationError(`There was a problem with the request: property ${propertyName} does not exist`);
  const matches = compileOperator(definition, filter);
  return ({ properties }) => matches(properties.get(propertyName) ?? "");
}

/** A comparison key: numbers and times as numbers, text in lower case. Values of one property compare among themselves. */
export function comparable(definition: PropertyDefinition | undefined, value: string): number | string {
  const type = definition?.type ?? "string";
  if (type === "number") return Number(value);
  if (type === "date" || type === "datetime") return parseTime(value);
  // hubspot.md §4.2: enumeration values are case-sensitive, text is not.
  return type === "enumeration" || type === "bool" ? value : value.toLowerCase();
}

/** `associations.company EQ 123`: the records linked to that one. */
function compileAssociation(portal: Portal, typeId: string, filter: Filter): Predicate {
  const otherTypeId = requireTypeId(filter.propertyName.slice(associationPrefix.length));
  if (filter.operator !== "EQ" && filter.operator !== "IN") {
    throw validationError(`${filter.propertyName} supports only EQ and IN.`);
  }
  const others = filter.operator === "EQ" ? [filter.value] : filter.values;
  const linked = new Set(others.flatMap((id) => associatedIds(portal, otherTypeId, id, typeId)));
  return ({ id }) => linked.has(id);
}

/** "" stands for no value: only NOT_HAS_PROPERTY holds for it (hubspot.md §4.2). */
function compileOperator(definition: PropertyDefinition, filter: Filter): (value: string) => boolean {
  const { operator } = filter;
  if (operator === "HAS_PROPERTY") return (value) => value !== "";
  if (operator === "NOT_HAS_PROPERTY") return (value) => value === "";
  const matches = compileComparison(definition, filter);
  return (value) => value !== "" && matches(value);
}

function compileComparison(definition: PropertyDefinition, filter: Filter): (value: string) => boolean {
  const keyOf = (value: string) => comparable(definition, value);
  const [low, high] = [keyOf(filter.value), keyOf(filter.highValue)];
  // hubspot.md §4.2: on text, IN and NOT_IN find only values given in lower case.
  const isText = definition.type === "string";
  const listed = new Set<number | string>(isText ? filter.values : filter.values.map(keyOf));
  switch (filter.operator) {
    case "EQ":
      return (value) => keyOf(value) === low;
    case "NEQ":
      return (value) => keyOf(value) !== low;
    case "LT":
      return (value) => keyOf(value) < low;
    case "LTE":
      return (value) => keyOf(value) <= low;
    case "GT":
      return (value) => keyOf(value) > low;
    case "GTE":
      return (value) => keyOf(value) >= low;
    case "BETWEEN":
      return (value) => keyOf(value) >= low && keyOf(value) <= high;
    case "IN":
      return (value) => listed.has(keyOf(value));
    case "NOT_IN":
      return (value) => !listed.has(keyOf(value));
    case "CONTAINS_TOKEN":
      return containsToken(filter.value);
    case "NOT_CONTAINS_TOKEN": {
      const contains = containsToken(filter.value);
      return (value) => !contains(value);
    }
    default:
      return () => false;
  }
}

/** Whole words in sequence; `*` stands for any part of a word. */
function containsToken(wanted: string): (value: string) => boolean {
  const pattern = wanted
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((token) => token !== "")
    .map((token) => token.replaceAll("*", "[^ ]*"))
    .join(" ");
  const expression = new RegExp(`(^| )${pattern}( |$)`, "u");
  return (value) => expression.test(value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " "));
}
