import { targetType } from "./association-types.ts";
import type { AssociationTarget } from "./associations.ts";
import { invalidInput, validationError } from "./object-errors.ts";
import { isJson, parseId, parseObject } from "./parse-body.ts";
import type { AssociationType, Portal } from "./portal.ts";

const categories: AssociationType["category"][] = ["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"];

/** `[{associationCategory, associationTypeId}]`, as association writes name the types of a link. */
export function parseTypes(value: unknown): AssociationType[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidInput("association types must be a non-empty array.");
  return value.map((item) => {
    const { associationCategory, associationTypeId } = parseObject(item);
    const category = categories.find((one) => one === associationCategory);
    if (!category) throw invalidInput(`unknown associationCategory ${String(associationCategory)}.`);
    return { category, typeId: Number(associationTypeId) };
  });
}

/**
 * `associations` of a create (hubspot.md §4.1). Which object type an id belongs to follows from the association type,
 * as the body does not say it. Throws 400 for a type that does not start at `fromTypeId`.
 */
export function parseTargets(portal: Portal, fromTypeId: string, value: unknown): AssociationTarget[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidInput("associations must be an array.");
  return value.map((item) => {
    const { to, types } = parseObject(item);
    if (!isJson(to)) throw invalidInput("an association needs to.id.");
    const parsed = parseTypes(types);
    const toTypeId = targetType(portal, fromTypeId, parsed[0]?.typeId ?? 0);
    if (!toTypeId) {
      throw validationError(`Association type ${parsed[0]?.typeId} is not valid for this object type.`, {
        subCategory: "crm.associations.INVALID_ASSOCIATION_TYPE",
      });
    }
    return { toTypeId, toId: parseId(to.id), types: parsed };
  });
}
