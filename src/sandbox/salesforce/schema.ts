/** What a field may hold, in the words of describe (salesforce.md §4). */
export type FieldType =
  | "id"
  | "reference"
  | "string"
  | "textarea"
  | "email"
  | "phone"
  | "url"
  | "picklist"
  | "boolean"
  | "int"
  | "double"
  | "currency"
  | "date"
  | "datetime"
  | "time"
  | "address";

export type PicklistValue = { value: string; label: string; active: boolean; defaultValue: boolean };

export type Field = {
  name: string;
  label: string;
  type: FieldType;
  /** Of texts, in characters; 0: it has none. */
  length: number;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  /** May it stand in WHERE? Long texts and addresses may not. */
  filterable: boolean;
  custom: boolean;
  /** A formula: it is never in a change event, and its change moves no SystemModstamp. */
  calculated: boolean;
  externalId: boolean;
  unique: boolean;
  /** Objects that it may point to; several: it is polymorphic, as an Owner is. */
  referenceTo: readonly string[];
  /** "Owner" of OwnerId: paths in SOQL begin with it. */
  relationshipName: string | null;
  picklistValues: readonly PicklistValue[];
  restrictedPicklist: boolean;
  /** "Name" or "Address" of a part of a compound field. */
  compoundFieldName: string | null;
};

/** `relationshipName`: in the FROM of a child query, "Contacts" of an Account. */
export type ChildRelationship = { relationshipName: string; childSObject: string; field: string };

export type SObject = {
  name: string;
  label: string;
  /** The first three characters of its ids. */
  keyPrefix: string;
  custom: boolean;
  /** In their order in describe, which is that of a change event's Avro schema. */
  fields: readonly Field[];
  childRelationships: readonly ChildRelationship[];
};

/** What a record holds: dates as "2026-11-20", datetimes as epoch ms, times as "09:00:00.000Z", all else as JSON has it. */
export type Value = string | number | boolean | null;

/** By the field's own spelling; a field that is missing is null. `Id` has 18 characters. */
export type Row = Readonly<Record<string, Value>>;
