import type { Answer } from "../../http.ts";
import type { ChildRelationship, Field, SObject } from "../schema.ts";
import { visibleObject } from "../visible.ts";
import { type Call, objectOf, type Route } from "./call.ts";

/** What an org has, as this user sees it (salesforce.md §8, 8). */
export const describeRoutes: readonly Route[] = [
  { method: "GET", paths: ["/sobjects"], handle: describeGlobal },
  {
    method: "GET",
    paths: ["/sobjects/:object"],
    handle: (call) => ({ status: 200, body: { objectDescribe: summary(call, objectOf(call)), recentItems: [] } }),
  },
  {
    method: "GET",
    paths: ["/sobjects/:object/describe"],
    handle: (call) => ({ status: 200, body: describe(call, objectOf(call)) }),
  },
];

function describeGlobal(call: Call): Answer {
  const seen = [...call.org.objects.values()].map(({ name }) => visibleObject(call.org, call.userId, name));
  const sobjects = seen.filter((object) => object !== null).map((object) => summary(call, object));
  return { status: 200, body: { encoding: "UTF-8", maxBatchSize: 200, sobjects } };
}

/** Written by nobody but the platform. */
const readOnly = /History$|^(?:LeadStatus|TaskStatus|TaskPriority|OpportunityStage|Organization|Profile)$/;

function summary({ version }: Call, { name, label, keyPrefix, custom }: SObject): Record<string, unknown> {
  const url = `/services/data/v${version}/sobjects/${name}`;
  const isWritten = !readOnly.test(name);
  return {
    ...{ name, label, labelPlural: `${label}s`, keyPrefix, custom, customSetting: false, deprecatedAndHidden: false },
    ...{ createable: isWritten, updateable: isWritten, deletable: isWritten, undeletable: isWritten },
    ...{ queryable: true, retrieveable: true, replicateable: isWritten, searchable: isWritten, triggerable: isWritten },
    ...{ layoutable: isWritten, mergeable: ["Lead", "Contact", "Account"].includes(name), feedEnabled: false },
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
  };
}

function describe(call: Call, object: SObject): Record<string, unknown> {
  return {
    ...summary(call, object),
    fields: object.fields.map((field) =>
      describeField(field, { isReadOnly: readOnlyOf(call, object).has(field.name) }),
    ),
    childRelationships: object.childRelationships.map(describeChild),
    recordTypeInfos: [],
    supportedScopes: [],
  };
}

const readOnlyOf = ({ org, userId }: Call, { name }: SObject): ReadonlySet<string> =>
  org.permissionsOf(userId).readOnly.get(name) ?? new Set();

/** `isReadOnly`: by field-level security, for who asks. */
function describeField(field: Field, { isReadOnly }: { isReadOnly: boolean }): Record<string, unknown> {
  const { name, label, type, length, filterable, custom, calculated } = field;
  const [createable, updateable] = [field.createable && !isReadOnly, field.updateable && !isReadOnly];
  const isOwner = name === "OwnerId";
  const nillable = field.nillable && !isOwner;
  const hasDefault = type === "boolean" || isOwner || field.picklistValues.some(({ defaultValue }) => defaultValue);
  return {
    ...{ name, label, type, length, byteLength: length * 3, nillable, createable, updateable, filterable },
    ...{ custom, calculated, calculatedFormula: null, externalId: field.externalId, unique: field.unique },
    ...{ idLookup: field.externalId || type === "id", sortable: filterable, groupable: filterable && !calculated },
    ...{ referenceTo: field.referenceTo, relationshipName: field.relationshipName },
    ...{ polymorphicForeignKey: field.referenceTo.length > 1, namePointing: field.referenceTo.length > 1 },
    ...{
      nameField: name === "Name",
      compoundFieldName: field.compoundFieldName,
      soapType: soapTypes[type] ?? "xsd:string",
    },
    ...{
      restrictedPicklist: field.restrictedPicklist,
      dependentPicklist: false,
      defaultedOnCreate: hasDefault,
    },
    picklistValues: field.picklistValues.map((value) => ({ ...value, validFor: null })),
    ...{ defaultValue: type === "boolean" ? false : null, caseSensitive: false, deprecatedAndHidden: false },
  };
}

const soapTypes: Readonly<Record<string, string>> = {
  ...{ id: "tns:ID", reference: "tns:ID", boolean: "xsd:boolean", int: "xsd:int", double: "xsd:double" },
  ...{ currency: "xsd:double", date: "xsd:date", datetime: "xsd:dateTime", time: "xsd:time", address: "urn:address" },
};

function describeChild({ relationshipName, childSObject, field }: ChildRelationship): Record<string, unknown> {
  return {
    relationshipName,
    childSObject,
    field,
    cascadeDelete: false,
    restrictedDelete: false,
    deprecatedAndHidden: false,
  };
}
