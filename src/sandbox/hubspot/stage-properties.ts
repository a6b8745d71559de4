import type { Portal, PropertyDefinition } from "./portal.ts";

/** The lifecycle stages whose entry HubSpot also stamps in `hs_lifecyclestage_<stage>_date` (hubspot.md §4.4). */
const defaultStages = new Set(
  "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other".split(" "),
);

/** The property that holds when a record entered a default lifecycle stage; undefined for a custom stage. */
export function lifecycleDateName(stage: string): string | undefined {
  return defaultStages.has(stage) ? `hs_lifecyclestage_${stage}_date` : undefined;
}

/** A property as HubSpot itself defines it; `name` ending in `!` means that only HubSpot writes it. */
export function builtInProperty(marked: string, type: string, groupName: string): PropertyDefinition {
  const readOnly = marked.endsWith("!");
  const name = readOnly ? marked.slice(0, -1) : marked;
  return {
    name,
    label: name.replace(/^hs_/, "").replaceAll("_", " "),
    type,
    fieldType: fieldTypeOf(type),
    groupName,
    description: "",
    options: [],
    hasUniqueValue: false,
    hidden: false,
    formField: !readOnly,
    displayOrder: -1,
    readOnly,
    calculated: false,
    hubspotDefined: true,
    sensitive: false,
    archivedAt: null,
  };
}

/** Defines the calculated stamps of lifecycle or deal stages that have none yet. */
export function addStageProperties(portal: Portal, typeId: string, stages: readonly string[]): void {
  const definitions = portal.properties.get(typeId);
  const groupName = definitions?.get(typeId === "0-3" ? "dealstage" : "lifecyclestage")?.groupName ?? "";
  const add = (name: string, type: string) => {
    if (definitions?.has(name) === false) {
      definitions.set(name, { ...builtInProperty(`${name}!`, type, groupName), calculated: true });
    }
  };
  for (const stage of stages) {
    add(`hs_v2_date_entered_${stage}`, "datetime");
    add(`hs_v2_latest_time_in_${stage}`, "number");
    const legacy = typeId === "0-3" ? undefined : lifecycleDateName(stage);
    if (legacy) add(legacy, "datetime");
  }
}

function fieldTypeOf(type: string): string {
  const fieldTypes: Record<string, string> = {
    string: "text",
    number: "number",
    datetime: "date",
    date: "date",
    bool: "booleancheckbox",
    enumeration: "select",
  };
  return fieldTypes[type] ?? "text";
}
