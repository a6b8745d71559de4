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

/** The objects of a new org, by name in small letters. */
export function standardObjects(): Map<string, SObject> {
  return new Map([...salesObjects, ...setupObjects].map((each) => [each.name.toLowerCase(), sObject(each)]));
}

function sObject({ name, keyPrefix, label = labelOf(name), fields, children = "" }: Declared): SObject {
  const own = readFields(fields);
  const rest = readFields(withoutSystem.has(name) ? "" : system);
  return {
    ...{ name, label, keyPrefix, custom: false },
    fields: [...readFields("Id! id(18)"), ...own, ...rest],
    childRelationships: childrenIn(children),
  };
}

const labelOf = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");

const childrenIn = (text: string): ChildRelationship[] =>
  [...text.matchAll(/(\w+) (\w+)\.(\w+)/g)].map(([, relationshipName = "", childSObject = "", field = ""]) => ({
    relationshipName,
    childSObject,
    field,
  }));
