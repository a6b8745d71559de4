import type { FeatureOff } from "../../model/connection.ts";
import type { ObjectFields } from "./context.ts";
import { stampFieldNames } from "./fields.ts";

/** Fields of every org (salesforce.md §4.1, §4.2) by which leads are routed and matched: who does not see one may not. */
const standardFields: Readonly<Record<string, readonly string[]>> = {
  Lead: [
    ...["Email", "Title", "Website", "Phone", "NumberOfEmployees", "Industry", "LeadSource"],
    ...["Country", "State", "City", "PostalCode"],
  ],
  Account: [
    ...["Website", "Phone", "ParentId", "Type", "NumberOfEmployees"],
    ...["BillingCountry", "BillingState", "BillingCity", "BillingPostalCode"],
  ],
};

const whatToDo =
  "Give Baton's user the permission set of Baton's package, and access to these fields in the field-level security of the org.";

/**
 * What field-level security keeps from Baton's user: Salesforce leaves such fields out without a word. One for each object and
 * each sort of access. The name of the feature has the fields, so that other fields are told of anew.
 */
export function withheldFields(found: ReadonlyMap<string, ObjectFields | null>): FeatureOff[] {
  const hidden = Object.entries(standardFields).flatMap(([object, names]) => {
    const seen = found.get(object);
    const missing = seen == null ? [] : names.filter((name) => !seen.has(name));
    return told(
      missing,
      `${object} is read without`,
      (list) => `Baton does not see ${list} of ${object}: to rules and matching they are empty.`,
    );
  });
  const lead = found.get("Lead");
  const locked = ["OwnerId", "Status", ...Object.values(stampFieldNames)].filter(
    (name) => lead?.get(name)?.updateable === false,
  );
  return [...hidden, ...told(locked, "Lead is written without", (list) => `Baton may not write ${list} of Lead.`)];
}

function told(names: readonly string[], feature: string, message: (list: string) => string): FeatureOff[] {
  const list = names.join(", ");
  return names.length === 0 ? [] : [{ feature: `${feature} ${list}`, message: message(list), whatToDo }];
}
