import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Feature } from "../../../src/sandbox/salesforce/features.ts";
import { type Conformance, codeOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const fieldOf = async (object: string, name: string) =>
  (await world.conn.describe(object)).fields.find((field) => field.name === name);

describe("describe", () => {
  test("§8.8 is there of each object that the org names", async () => {
    const { sobjects } = await world.conn.describeGlobal();
    const described = await Promise.all(sobjects.map(({ name }) => world.conn.describe(name)));
    expect(described.map(({ name, keyPrefix }) => [name, keyPrefix])).toEqual(
      sobjects.map(({ name, keyPrefix }) => [name, keyPrefix]),
    );
    expect(described.filter(({ fields }) => fields[0]?.name !== "Id" || fields.length < 2)).toEqual([]);
    expect(sobjects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Lead", "Contact", "Account", "Opportunity", "Task", "User", "Group", "OutOfOffice"]),
    );
  });

  test.each<[string, string, Record<string, unknown>]>([
    ["Lead", "LastName", { type: "string", length: 80, nillable: false, createable: true, compoundFieldName: "Name" }],
    ["Lead", "IsConverted", { type: "boolean", createable: false, updateable: false }],
    ["Lead", "OwnerId", { type: "reference", referenceTo: ["User", "Group"], relationshipName: "Owner" }],
    ["Contact", "OwnerId", { referenceTo: ["User"] }],
    ["Task", "TaskSubtype", { type: "picklist", createable: true, updateable: false }],
    ["Task", "ActivityDate", { type: "date", nillable: true }],
    ["Lead", "SystemModstamp", { type: "datetime", createable: false }],
    ["Lead", "Address", { type: "address", createable: false, filterable: false }],
    ["Lead", "City", { type: "string", compoundFieldName: "Address" }],
  ])("§8.8 tells of %s.%s", async (object, name, known) => {
    expect(await fieldOf(object, name)).toMatchObject(known);
  });

  test("§8.8 lists a picklist's values, and marks the default", async () => {
    const status = await fieldOf("Lead", "Status");
    expect(status?.picklistValues).toContainEqual(
      expect.objectContaining({
        ...{ value: "Open - Not Contacted", label: "Open - Not Contacted", active: true, defaultValue: true },
      }),
    );
    expect(status?.picklistValues?.filter(({ defaultValue }) => defaultValue)).toHaveLength(1);
  });

  test("§8.8 a package's fields are there, an external id as such and a formula as nobody's to write", async () => {
    world.org.addFields("Account", "Baton_Domain__c string(255) #!\nScore__c~ double");
    expect(await fieldOf("Account", "Baton_Domain__c")).toMatchObject({
      ...{ custom: true, externalId: true, unique: true, idLookup: true },
    });
    expect(await fieldOf("Account", "Score__c")).toMatchObject({
      ...{ calculated: true, createable: false, updateable: false },
    });
  });

  test("§8.8 tells which fields of a new record must be given: those that are not nillable and have no default", async () => {
    const required = async (object: string) =>
      (await world.conn.describe(object)).fields
        .filter(({ nillable, createable, defaultedOnCreate }) => createable && !nillable && !defaultedOnCreate)
        .map(({ name }) => name);
    expect(await required("Lead")).toEqual(["LastName", "Company"]);
    expect(await required("Task")).toEqual([]);
    expect(await required("Opportunity")).toEqual(["Name", "StageName", "CloseDate"]);
  });

  test("§8.8 of an object that is not there is 404", async () => {
    expect(await codeOf(world.conn.describe("Nothing__c"))).toBe("NOT_FOUND");
  });
});

describe("a feature", () => {
  test.each<[Feature, string, string]>([
    ["state-country-picklists", "Lead", "CountryCode"],
    ["state-country-picklists", "Contact", "MailingStateCode"],
    ["state-country-picklists", "Account", "BillingCountryCode"],
    ["person-accounts", "Account", "IsPersonAccount"],
    ["multi-currency", "Lead", "CurrencyIsoCode"],
    ["sales-engagement", "Lead", "FirstCallDateTime"],
  ])("§8.8 %s brings %s.%s; without it the query answers INVALID_FIELD", async (feature, object, name) => {
    const soql = `SELECT ${name} FROM ${object}`;
    expect([await fieldOf(object, name), await codeOf(world.conn.query(soql))]).toEqual([undefined, "INVALID_FIELD"]);
    world.org.setFeature(feature, true);
    expect(await codeOf(world.conn.query(soql))).toBe("taken");
    expect(await fieldOf(object, name)).toBeDefined();
    world.org.setFeature(feature, false);
    expect(await codeOf(world.conn.query(soql))).toBe("INVALID_FIELD");
  });

  test.each<[Feature, string, string]>([
    ["account-teams", "AccountTeamMember", "TeamMemberRole"],
    ["territories", "ObjectTerritory2Association", "AssociationCause"],
    ["territories", "Territory2Model", "State"],
  ])("§8.8 %s brings %s; without it the query answers INVALID_TYPE", async (feature, object, field) => {
    const soql = `SELECT ${field} FROM ${object}`;
    expect(await codeOf(world.conn.query(soql))).toBe("INVALID_TYPE");
    expect(await codeOf(world.conn.describe(object))).toBe("NOT_FOUND");
    world.org.setFeature(feature, true);
    expect(await codeOf(world.conn.query(soql))).toBe("taken");
    expect(await codeOf(world.conn.describe(object))).toBe("taken");
  });
});

describe("addresses", () => {
  const lead = { LastName: "Berg", Company: "Acme" };
  const create = async (values: Record<string, unknown>) =>
    (await world.conn.sobject("Lead").create({ ...lead, ...values })).id ?? "";

  test("§8.8, §4.1 are compound in records; the parts are written", async () => {
    const id = await create({ Street: "Main St 1", City: "Berlin", PostalCode: "10115" });
    const { Address } = await world.conn.sobject("Lead").retrieve(id);
    expect(Address).toEqual({
      ...{ street: "Main St 1", city: "Berlin", postalCode: "10115", state: null, country: null },
    });
    expect((await world.conn.sobject("Lead").retrieve(await create({}))).Address).toBeNull();
    expect(await codeOf(create({ Address: { city: "Berlin" } }))).toBe("INVALID_FIELD_FOR_INSERT_UPDATE");
  });

  test("§8.8, §4.1 the country's code and its label follow each other", async () => {
    world.org.setFeature("state-country-picklists", true);
    const byCode = await create({ CountryCode: "US", StateCode: "NY" });
    expect(world.rowOf("Lead", byCode)).toMatchObject({ Country: "United States", State: "New York" });
    const byLabel = await create({ Country: "germany" });
    expect(world.rowOf("Lead", byLabel)).toMatchObject({ CountryCode: "DE", Country: "Germany", StateCode: null });
    await world.conn.sobject("Lead").update({ Id: byLabel, CountryCode: null });
    expect(world.rowOf("Lead", byLabel)).toMatchObject({ CountryCode: null, Country: null });
    const { Address } = await world.conn.sobject("Lead").retrieve(byCode);
    expect(Address).toMatchObject({ countryCode: "US", stateCode: "NY" });
  });

  test.each([
    ["a code of no country", { CountryCode: "XX" }, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"],
    ["a country of no code", { Country: "Atlantis" }, "FIELD_INTEGRITY_EXCEPTION"],
    ["a state of another country", { CountryCode: "CA", StateCode: "NY" }, "FIELD_INTEGRITY_EXCEPTION"],
    ["a state without a country", { StateCode: "NY" }, "FIELD_INTEGRITY_EXCEPTION"],
  ])("§8.10 with picklists for them, %s is refused", async (_, values, code) => {
    world.org.setFeature("state-country-picklists", true);
    expect(await codeOf(create(values))).toBe(code);
  });

  test("§8.10 with picklists for them, a state does not go with its Lead to another country", async () => {
    world.org.setFeature("state-country-picklists", true);
    const Id = await create({ CountryCode: "US", StateCode: "NY" });
    const move = (values: Record<string, unknown>) => codeOf(world.conn.sobject("Lead").update({ Id, ...values }));
    expect(await move({ CountryCode: "DE" })).toBe("FIELD_INTEGRITY_EXCEPTION");
    expect(await move({ CountryCode: "DE", StateCode: null })).toBe("taken");
    expect(world.rowOf("Lead", Id)).toMatchObject({ Country: "Germany", State: null });
  });

  test("§4.1 without picklists any country is taken", async () => {
    expect(await codeOf(create({ Country: "Atlantis" }))).toBe("taken");
  });
});
