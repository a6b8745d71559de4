import type { Clock } from "../clock.ts";
import { watchAutomation } from "./automation.ts";
import { defaultDealStages, defaultEnumerations, defaultProperties } from "./default-properties.ts";
import { objectTypeIds, singularName } from "./object-types.ts";
import type { Pipeline, Portal, PortalSettings, PropertyDefinition } from "./portal.ts";
import { addStageProperties, builtInProperty } from "./stage-properties.ts";

export type PortalOptions = {
  id: number;
  clock: Clock;
  name?: string;
  timeZone?: string;
  uiDomain?: string;
  settings?: Partial<PortalSettings>;
};

/** A new HubSpot account: default groups, properties, lifecycle stages and one deal pipeline, but no records. */
export function createPortal(options: PortalOptions): Portal {
  const { id, clock, name = `Portal ${id}`, timeZone = "Europe/Berlin", uiDomain = "app.hubspot.com" } = options;
  const portal: Portal = {
    id,
    name,
    timeZone,
    uiDomain,
    records: new Map(objectTypeIds.map((typeId) => [typeId, new Map()])),
    mergedInto: new Map(),
    erasedEmails: new Set(),
    associations: new Map(),
    associationLabels: new Map(),
    indexes: new Map(indexedProperties.map((key) => [key, new Map()])),
    properties: new Map(objectTypeIds.map((typeId) => [typeId, defaultDefinitions(typeId)])),
    groups: new Map(objectTypeIds.map((typeId) => [typeId, defaultGroups(typeId)])),
    pipelines: new Map([["0-3", [defaultPipeline()]]]),
    owners: new Map(),
    teams: new Map(),
    rules: { conditionalRequired: [], requiredOnCreate: [] },
    settings: { ...defaultSettings, ...options.settings },
    listeners: [],
    nextId: 1001,
    clock,
  };
  for (const typeId of ["0-1", "0-2"]) addStageProperties(portal, typeId, lifecycleStages(portal, typeId));
  addStageProperties(
    portal,
    "0-3",
    defaultDealStages.map(([stageId]) => stageId),
  );
  watchAutomation(portal);
  return portal;
}

/** What a plain search by one value must answer without looking at every record. */
const indexedProperties = ["0-1:email", "0-1:hs_email_domain", "0-2:domain", "0-2:name", "0-3:hubspot_owner_id"];

const defaultSettings: PortalSettings = {
  searchLagMs: 10_000,
  archivedOwnerWrites: "reject",
  toObjectIdAs: "string",
  taskUniqueProperties: "accept",
  autoAssociateCompanies: false,
  syncLifecycleWithDeals: false,
  ownerWorkflow: "off",
};

function defaultDefinitions(typeId: string): Map<string, PropertyDefinition> {
  const groupName = defaultGroupName(typeId);
  const definitions = new Map<string, PropertyDefinition>();
  const add = (definition: PropertyDefinition) => definitions.set(definition.name, definition);
  for (const [type, names] of Object.entries(defaultProperties[typeId] ?? {})) {
    for (const name of names.split(" ")) add(builtInProperty(name, type, groupName));
  }
  for (const [name, values] of Object.entries(defaultEnumerations[typeId] ?? {})) {
    const options = values.split(" ").filter((value) => value !== "");
    add({
      ...builtInProperty(name, "enumeration", groupName),
      options: options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
    });
  }
  if (typeId !== "0-115") {
    add({ ...builtInProperty("hubspot_owner_id", "enumeration", groupName), referencedObjectType: "OWNER" });
  }
  return definitions;
}

function defaultGroups(typeId: string): Portal["groups"] extends Map<string, infer Groups> ? Groups : never {
  const name = defaultGroupName(typeId);
  return new Map([[name, { name, label: `${singularName(typeId)} information`, displayOrder: 0, archived: false }]]);
}

function defaultGroupName(typeId: string): string {
  return `${singularName(typeId)}information`;
}

function defaultPipeline(): Pipeline {
  const stages = defaultDealStages.map(([id, label, probability], displayOrder) => {
    const isClosed = probability === "1.0" || probability === "0.0" ? "true" : "false";
    return { id, label, displayOrder, metadata: { isClosed, probability } };
  });
  return { id: "default", label: "Sales Pipeline", displayOrder: 0, stages };
}

function lifecycleStages(portal: Portal, typeId: string): string[] {
  return (
    portal.properties
      .get(typeId)
      ?.get("lifecyclestage")
      ?.options.map((option) => option.value) ?? []
  );
}
