import type { Problem } from "./object-errors.ts";
import type { HubspotRecord, Portal } from "./portal.ts";

/**
 * What an admin demands and this write leaves out (hubspot.md §4.12); only the 2026-09 paths ask. `record` is null on
 * a create, which alone must meet the rules of the create form.
 */
export function missingRequired(
  portal: Portal,
  typeId: string,
  values: Map<string, string>,
  record: HubspotRecord | null,
): Problem[] {
  const isMissing = (name: string) => (values.get(name) ?? record?.properties.get(name) ?? "") === "";
  const problems: Problem[] = [];
  for (const rule of portal.rules.conditionalRequired) {
    if (rule.objectTypeId !== typeId || values.get(rule.when.property) !== rule.when.value) continue;
    for (const name of rule.require.filter(isMissing)) {
      const message = `${name} is required when ${rule.when.property} is ${rule.when.value}.`;
      problems.push({ name, code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY", message });
    }
  }
  if (record) return problems;
  for (const rule of portal.rules.requiredOnCreate) {
    if (rule.objectTypeId !== typeId) continue;
    for (const name of rule.properties.filter(isMissing)) {
      problems.push({ name, code: "MISSING_REQUIRED_PROPERTY", message: `${name} is required to create a record.` });
    }
  }
  return problems;
}
