import { to18 } from "../../../src/sandbox/salesforce/ids.ts";
import type { Field, FieldType, Row, SObject } from "../../../src/sandbox/salesforce/schema.ts";
import { toJson } from "../../../src/sandbox/salesforce/soql/record.ts";
import { runSoql } from "../../../src/sandbox/salesforce/soql/run-soql.ts";
import type { SoqlSource } from "../../../src/sandbox/salesforce/soql/source.ts";

export const now = Date.parse("2026-11-20T09:30:00.000Z");

export function aField(name: string, type: FieldType = "string", parts: Partial<Field> = {}): Field {
  const blank = { label: name, length: 255, nillable: true, createable: true, updateable: true, filterable: true };
  const flags = { calculated: false, externalId: false, unique: false, restrictedPicklist: false };
  const links = { referenceTo: [], relationshipName: null, picklistValues: [], compoundFieldName: null };
  return { name, type, custom: name.endsWith("__c"), ...blank, ...flags, ...links, ...parts };
}

const toParent = (relationshipName: string, ...referenceTo: string[]): Field =>
  aField(`${relationshipName}Id`, "reference", { relationshipName, referenceTo });

function anObject(name: string, keyPrefix: string, fields: Field[], children: string[][] = []): SObject {
  return {
    name,
    label: name,
    keyPrefix,
    custom: false,
    fields: [aField("Id", "id"), aField("SystemModstamp", "datetime"), ...fields],
    childRelationships: children.map(([relationshipName = "", childSObject = "", field = ""]) => {
      return { relationshipName, childSObject, field };
    }),
  };
}

const statuses = ["Open", "Working", "Closed"].map((value) => {
  return { value, label: value, active: true, defaultValue: value === "Open" };
});

export const lead = anObject(
  "Lead",
  "00Q",
  [
    aField("Name"),
    aField("Company"),
    aField("Status", "picklist", { picklistValues: statuses }),
    aField("Email", "email"),
    aField("NumberOfEmployees", "int"),
    aField("AnnualRevenue", "currency"),
    aField("IsConverted", "boolean"),
    aField("ConvertedDate", "date"),
    aField("CreatedDate", "datetime"),
    aField("BestTime__c", "time"),
    aField("Description", "textarea", { length: 32_000, filterable: false }),
    aField("Street", "textarea", { compoundFieldName: "Address" }),
    aField("PostalCode", "string", { compoundFieldName: "Address" }),
    aField("Address", "address"),
    toParent("Owner", "User", "Group"),
    toParent("ConvertedAccount", "Account"),
  ],
  [["Tasks", "Task", "WhoId"]],
);

const objects: readonly SObject[] = [
  lead,
  anObject(
    "Account",
    "001",
    [aField("Name"), aField("Website", "url"), toParent("Parent", "Account"), toParent("Owner", "User")],
    [
      ["Contacts", "Contact", "AccountId"],
      ["ChildAccounts", "Account", "ParentId"],
    ],
  ),
  anObject("Contact", "003", [aField("Name"), toParent("Account", "Account")], [["Tasks", "Task", "WhoId"]]),
  anObject("Task", "00T", [aField("Subject"), aField("IsClosed", "boolean"), toParent("Who", "Lead", "Contact")]),
  anObject("User", "005", [
    aField("Name"),
    aField("Email", "email"),
    aField("IsActive", "boolean"),
    toParent("Manager", "User"),
  ]),
  anObject("Group", "00G", [aField("Name"), aField("Type", "picklist"), aField("Email", "email")]),
];

/** Rows by the name of their object. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** A source of rows; `asked` notes each object whose rows were all read. */
export function aSource(rows: Rows, parts: Partial<SoqlSource> = {}): SoqlSource & { asked: string[] } {
  const asked: string[] = [];
  const byId = new Map(Object.values(rows).flatMap((all) => all.map((row) => [row.Id, row])));
  return {
    asked,
    objectNamed: (name) => objects.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? null,
    rowsOf: ({ name }) => {
      asked.push(name);
      return rows[name] ?? [];
    },
    byId: (object, id) => (id.startsWith(object.keyPrefix) ? (byId.get(id) ?? null) : null),
    now,
    timeZone: "UTC",
    ...parts,
  };
}

export const id = (prefix: string, number: number): string => to18(prefix + String(number).padStart(12, "0"));
export const at = (iso: string): number => Date.parse(iso);

export const ada = { Id: id("005", 1), Name: "Ada", Email: "ada@us.example", IsActive: true, ManagerId: id("005", 2) };
export const bea = { Id: id("005", 2), Name: "Bea", IsActive: false };
export const queue = { Id: id("00G", 1), Name: "Inbound", Type: "Queue", Email: "in@us.example" };

export const leads: readonly Row[] = [
  {
    Id: id("00Q", 1),
    Name: "Ann",
    Company: "Acme",
    Status: "Working",
    Email: "ann@acme.example",
    NumberOfEmployees: 10,
    AnnualRevenue: 1.5,
    IsConverted: true,
    ConvertedDate: "2026-11-19",
    CreatedDate: at("2026-11-20T09:00:00.000Z"),
    BestTime__c: "09:00:00.000Z",
    SystemModstamp: at("2026-11-20T09:00:00.000Z"),
    OwnerId: ada.Id,
    Street: "1 Main St",
    PostalCode: null,
    ConvertedAccountId: id("001", 3),
  },
  {
    Id: id("00Q", 2),
    Name: "bob",
    Company: "O'Neil \\ 100%",
    Status: "Open",
    NumberOfEmployees: 3,
    IsConverted: false,
    ConvertedDate: "2026-11-20",
    CreatedDate: at("2026-11-19T23:59:59.999Z"),
    SystemModstamp: at("2026-11-20T09:00:00.000Z"),
    OwnerId: queue.Id,
  },
  { Id: id("00Q", 3), Name: "Cem", Company: "acme", CreatedDate: at("2025-01-01T00:00:00Z"), SystemModstamp: 0 },
];

export const rows: Rows = {
  Lead: leads,
  User: [ada, bea],
  Group: [queue],
  Account: [
    { Id: id("001", 1), Name: "Root", OwnerId: ada.Id },
    { Id: id("001", 2), Name: "Mid", ParentId: id("001", 1), OwnerId: bea.Id },
    { Id: id("001", 3), Name: "Leaf", ParentId: id("001", 2) },
  ],
  Contact: [
    { Id: id("003", 1), Name: "Zoe", AccountId: id("001", 1) },
    { Id: id("003", 2), Name: "Yan", AccountId: id("001", 1) },
    { Id: id("003", 3), Name: "Xia", AccountId: id("001", 3) },
  ],
  Task: [
    { Id: id("00T", 1), Subject: "Call", WhoId: id("00Q", 1), IsClosed: false },
    { Id: id("00T", 2), Subject: "Mail", WhoId: id("003", 1), IsClosed: true },
    { Id: id("00T", 3), Subject: "None", IsClosed: true },
  ],
};

export const source = aSource(rows);
/** What REST answers to a query. */
export const answer = (source: SoqlSource, text: string): Record<string, unknown>[] =>
  runSoql(text, source).records.map((record) => toJson(record, { version: "66.0" }));

/** One field of each record. */
export const column = (source: SoqlSource, text: string, name = "Name"): unknown[] =>
  answer(source, text).map((record) => record[name]);
