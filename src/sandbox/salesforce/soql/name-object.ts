import type { Field, FieldType, Row, SObject } from "../schema.ts";

/** What is known of a parent that may be of several objects, as an Owner: the object Name, and no more (salesforce.md §8). */
export const nameObject: SObject = {
  name: "Name",
  label: "Name",
  keyPrefix: "",
  custom: false,
  childRelationships: [],
  fields: [
    aField("Id", "id"),
    aField("Name", "string"),
    aField("LastName", "string"),
    aField("FirstName", "string"),
    aField("Type", "picklist"),
    aField("Alias", "string"),
    aField("UserRoleId", "reference"),
    aField("Title", "string"),
    aField("Phone", "phone"),
    aField("Email", "email"),
    aField("Username", "string"),
    aField("IsActive", "boolean"),
    aField("ProfileId", "reference"),
  ],
};

/** A record as Name shows it. Its type is its object's name, but of a Group which kind of group: "Queue". */
export function toNameRow(object: SObject, row: Row): Row {
  return object.name === "Group" ? row : { ...row, Type: object.name };
}

function aField(name: string, type: FieldType): Field {
  return {
    name,
    label: name,
    type,
    length: 0,
    nillable: true,
    createable: false,
    updateable: false,
    filterable: true,
    custom: false,
    calculated: false,
    externalId: false,
    unique: false,
    referenceTo: [],
    relationshipName: null,
    picklistValues: [],
    restrictedPicklist: false,
    compoundFieldName: null,
  };
}
