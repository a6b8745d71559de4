import { type Feature, featureParts } from "./features.ts";
import { type Declared, readFields } from "./read-fields.ts";
import { salesObjects } from "./sales-objects.ts";
import type { ChildRelationship, SObject } from "./schema.ts";
import { setupObjects } from "./setup-objects.ts";

/** Of nearly every object (salesforce.md §4). */
const system = `
  CreatedDate! datetime
  CreatedById! reference(User) CreatedBy
  LastModifiedDate! datetime
  LastModifiedById! reference(User) LastModifiedBy
  SystemModstamp! datetime
  IsDeleted! boolean`;

const withoutSystem = new Set(["Organization"]);

/** What an org has beyond the standard: a feature's parts, and what its admin or a package made. */
export type Additions = {
  features: ReadonlySet<Feature>;
  objects: readonly Declared[];
  /** By the object's name, each a text as `readFields` takes it. */
  fields: ReadonlyMap<string, string>;
};

const nothing: Additions = { features: new Set(), objects: [], fields: new Map() };

/** The objects of an org, by name in small letters; of a new one without additions. Throws for a text that is no field. */
export function standardObjects({ features, objects, fields }: Additions = nothing): Map<string, SObject> {
  const parts = [...features].map((name) => featureParts[name]);
  const all = [...salesObjects, ...setupObjects, ...parts.flatMap((part) => part.objects), ...objects];
  const added = (name: string) => [...parts.map((part) => part.fields[name] ?? ""), fields.get(name) ?? ""].join("\n");
  return new Map(all.map((each) => [each.name.toLowerCase(), sObject(each, added(each.name))]));
}

function sObject({ name, keyPrefix, label = labelOf(name), fields, children = "" }: Declared, added: string): SObject {
  const own = readFields(`${fields}\n${added}`);
  const rest = readFields(withoutSystem.has(name) ? "" : system);
  return {
    ...{ name, label, keyPrefix, custom: name.endsWith("__c") },
    fields: [...readFields("Id! id(18)"), ...own, ...rest],
    childRelationships: childrenIn(children),
  };
}

const labelOf = (name: string): string =>
  name
    .replace(/__c$/, "")
    .replaceAll("_", " ")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ");

const childrenIn = (text: string): ChildRelationship[] =>
  [...text.matchAll(/(\w+) (\w+)\.(\w+)/g)].map(([, relationshipName = "", childSObject = "", field = ""]) => ({
    relationshipName,
    childSObject,
    field,
  }));
