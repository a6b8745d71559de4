import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { convertLead } from "../../../src/sandbox/salesforce/convert-lead.ts";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { to18 } from "../../../src/sandbox/salesforce/ids.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { createUnit } from "../../../src/sandbox/salesforce/unit.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let leadId: string;
let changes: Change[];
beforeEach(async () => {
  world = await startWorld();
  leadId = aLead();
  changes = [];
  world.org.onCommit.push((committed) => changes.push(...committed));
  world.advance(60_000);
});
afterEach(() => world.stop());

const aLead = (more: Row = {}): string =>
  putRow(world.org, "Lead", {
    ...{ FirstName: "Jana", LastName: "Berg", Name: "Jana Berg", Company: "Acme", Email: "jana@acme.example" },
    ...{ Website: "https://acme.example", Phone: "+49 30 1", City: "Berlin", Country: "Germany", LeadSource: "Web" },
    ...{ NumberOfEmployees: 40, Status: "MQL", OwnerId: world.reps[0], ...more },
  });
const rowOf = (object: string, id: unknown): Row => tableOf(world.org, object).get(String(id)) ?? {};
const rowsOf = (object: string): Row[] => [...tableOf(world.org, object).rows()];

/** jsforce asks for the fields that the schema calls required. */
const usual = {
  ...{ convertedStatus: "Closed - Converted", doNotCreateOpportunity: false },
  ...{ overwriteLeadSource: false, sendNotificationEmail: false },
};
const convert = async (more: Record<string, unknown> = {}) => {
  const [result] = await world.conn.soap.convertLead([{ ...usual, leadId, ...more }]);
  if (result === undefined) throw new Error("There is no result");
  return result;
};
const errorOf = async (more: Record<string, unknown>) => (await convert(more)).errors[0]?.statusCode;

describe("records that are new", () => {
  test("§8.16 account, contact and opportunity are created, and the lead says so", async () => {
    const result = await convert();

    expect(result).toMatchObject({ success: true, leadId, errors: [] });
    const { accountId, contactId, opportunityId } = result;
    expect(rowOf("Lead", leadId)).toMatchObject({
      ...{ IsConverted: true, Status: "Closed - Converted", ConvertedDate: "2026-11-17", OwnerId: world.reps[0] },
      ...{ ConvertedAccountId: accountId, ConvertedContactId: contactId, ConvertedOpportunityId: opportunityId },
    });
    expect(rowOf("Account", accountId)).toMatchObject({
      ...{ Name: "Acme", Website: "https://acme.example", BillingCity: "Berlin", BillingCountry: "Germany" },
      ...{ NumberOfEmployees: 40, AccountSource: "Web", OwnerId: world.reps[0] },
    });
    expect(rowOf("Contact", contactId)).toMatchObject({
      ...{ Name: "Jana Berg", Email: "jana@acme.example", AccountId: accountId, MailingCity: "Berlin" },
      ...{ LeadSource: "Web", OwnerId: world.reps[0] },
    });
    expect(rowOf("Opportunity", opportunityId)).toMatchObject({
      ...{ Name: "Acme", AccountId: accountId, StageName: "Prospecting", CloseDate: "2026-12-31" },
      ...{ OwnerId: world.reps[0], IsClosed: false },
    });
    expect(rowsOf("OpportunityContactRole")).toMatchObject([{ OpportunityId: opportunityId, ContactId: contactId }]);
  });

  test("§4.9 no opportunity is made where none is wanted", async () => {
    const result = await convert({ doNotCreateOpportunity: true });

    expect([result.success, result.opportunityId ?? null, rowsOf("Opportunity")]).toEqual([true, null, []]);
    expect(rowOf("Lead", leadId).ConvertedOpportunityId).toBeNull();
  });

  test("§4.9 the opportunity's name and the owner can be given", async () => {
    const { accountId, contactId, opportunityId } = await convert({
      ...{ opportunityName: "Acme & <Sons>", ownerId: world.reps[1].slice(0, 15) },
    });

    expect(rowOf("Opportunity", opportunityId).Name).toBe("Acme & <Sons>");
    const owners = [rowOf("Account", accountId), rowOf("Contact", contactId), rowOf("Opportunity", opportunityId)];
    expect(owners.map(({ OwnerId }) => OwnerId)).toEqual(owners.map(() => world.reps[1]));
  });

  test("§8.8 parts of an address that a feature brings go along", async () => {
    world.org.setFeature("state-country-picklists", true);
    leadId = aLead({ CountryCode: "DE" });

    expect(rowOf("Account", (await convert()).accountId).BillingCountryCode).toBe("DE");
  });
});

describe("records that are there", () => {
  test("§8.16 they are linked, what is empty is filled, what is there stays", async () => {
    const accountId = putRow(world.org, "Account", { Name: "Acme SE", Phone: "1", OwnerId: world.reps[1] });
    const contactId = putRow(world.org, "Contact", {
      ...{ LastName: "Berg-Cole", Name: "Berg-Cole", AccountId: accountId, LeadSource: "Other" },
    });
    const result = await convert({ accountId, contactId, doNotCreateOpportunity: true });

    expect(result).toMatchObject({ success: true, accountId, contactId });
    expect(rowOf("Account", accountId)).toMatchObject({
      ...{ Name: "Acme SE", Phone: "1", BillingCity: "Berlin", OwnerId: world.reps[1] },
    });
    expect(rowOf("Contact", contactId)).toMatchObject({
      ...{ LastName: "Berg-Cole", FirstName: "Jana", Email: "jana@acme.example", LeadSource: "Other" },
    });
    expect(rowsOf("Account")).toHaveLength(1);
  });

  test("§4.9 the lead's source overwrites the contact's where that is asked for", async () => {
    const accountId = putRow(world.org, "Account", { Name: "Acme SE" });
    const contactId = putRow(world.org, "Contact", { LastName: "B", AccountId: accountId, LeadSource: "Other" });
    await convert({ accountId, contactId, overwriteLeadSource: true });

    expect(rowOf("Contact", contactId).LeadSource).toBe("Web");
  });

  test("§4.9 an opportunity that is there is linked", async () => {
    const accountId = putRow(world.org, "Account", { Name: "Acme SE" });
    const opportunityId = putRow(world.org, "Opportunity", {
      Name: "Deal",
      StageName: "Proposal",
      CloseDate: "2026-12-01",
    });
    const result = await convert({ accountId, opportunityId });

    expect(result.opportunityId).toBe(opportunityId);
    expect(rowOf("Opportunity", opportunityId)).toMatchObject({ AccountId: accountId, StageName: "Proposal" });
    expect(rowsOf("Opportunity")).toHaveLength(1);
  });
});

describe("what hung on the lead", () => {
  test("§8.16 tasks and events are the contact's, about the opportunity or else the account", async () => {
    const other = aLead();
    const activities = (whoId: string) => [
      putRow(world.org, "Task", { Subject: "Call", WhoId: whoId, Status: "Not Started", Priority: "Normal" }),
      putRow(world.org, "Event", { Subject: "Demo", WhoId: whoId }),
    ];
    const [task, event] = activities(leadId);
    const [otherTask, otherEvent] = activities(other);
    const first = await convert();
    leadId = other;
    const second = await convert({ doNotCreateOpportunity: true });

    const to = ({ contactId }: typeof first, whatId: unknown) => ({ WhoId: contactId, WhatId: whatId });
    expect(rowOf("Task", task)).toMatchObject({ ...to(first, first.opportunityId), AccountId: first.accountId });
    expect(rowOf("Event", event)).toMatchObject(to(first, first.opportunityId));
    expect(rowOf("Task", otherTask)).toMatchObject({ ...to(second, second.accountId), AccountId: second.accountId });
    expect(rowOf("Event", otherEvent)).toMatchObject(to(second, second.accountId));
  });

  test("§8.16 campaign members have the contact too", async () => {
    const CampaignId = putRow(world.org, "Campaign", { Name: "Webinar" });
    const member = putRow(world.org, "CampaignMember", { CampaignId, LeadId: leadId, LeadOrContactId: leadId });
    const { contactId } = await convert();

    expect(rowOf("CampaignMember", member)).toMatchObject({
      LeadId: leadId,
      ContactId: contactId,
      LeadOrContactId: contactId,
    });
  });

  test("§4.6 the history tells of it, once", async () => {
    await convert();
    world.org.permit(world.userId, { editConvertedLeads: true });
    await world.conn.sobject("Lead").update({ Id: leadId, Rating: "Hot" });

    expect(rowsOf("LeadHistory").map(({ Field }) => Field)).toEqual(["leadConverted", "Status"]);
  });
});

describe("§1.2 Lead conversion: one transaction", () => {
  const told = () =>
    changes.map(({ entityName, changeType, sequenceNumber }) => [sequenceNumber, entityName, changeType]);

  test("in the order Account, Contact, Opportunity, Lead", async () => {
    await convert();

    expect(told().slice(0, 4)).toEqual([
      [1, "Account", "CREATE"],
      [2, "Contact", "CREATE"],
      [3, "Opportunity", "CREATE"],
      [4, "Lead", "UPDATE"],
    ]);
    expect(new Set(changes.map(({ transactionKey }) => transactionKey)).size).toBe(1);
    expect(changes[0]?.changeOrigin).toBe("com/salesforce/api/soap/66.0;client=Baton");
    expect(changes[3]?.changedFields).toEqual([
      ...["Status", "IsConverted", "ConvertedDate"],
      ...["ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId"],
    ]);
  });

  test("a lead of several is a transaction of its own, and may fail alone", async () => {
    const other = aLead({ IsConverted: true });
    const third = aLead();
    const asked = [leadId, other, third].map((id) => ({ ...usual, leadId: id, doNotCreateOpportunity: true }));
    const results = await world.conn.soap.convertLead(asked);

    expect(results.map(({ success }) => success)).toEqual([true, false, true]);
    expect(new Set(changes.map(({ transactionKey }) => transactionKey)).size).toBe(2);
  });

  test("what is refused at its end was never there", async () => {
    world.org.rules.validation.set("Lead", ({ IsConverted }) => (IsConverted === true ? "Not yet." : null));

    expect(await convert()).toMatchObject({
      success: false,
      errors: [{ statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message: "Not yet." }],
    });
    expect([rowsOf("Account"), rowsOf("Contact"), rowsOf("Opportunity"), changes]).toEqual([[], [], [], []]);
    expect(rowOf("Lead", leadId).IsConverted).toBe(false);
  });
});

describe("a conversion is refused", () => {
  test.each([
    ["a status that converts nothing", { convertedStatus: "MQL" }, "INVALID_STATUS"],
    ["no status", { convertedStatus: "" }, "INVALID_STATUS"],
    ["a lead that is not there", { leadId: to18("00Q000000000099") }, "INVALID_CROSS_REFERENCE_KEY"],
    ["no id", { leadId: "lead" }, "MALFORMED_ID"],
    ["another object's id", { accountId: to18("003000000000001") }, "INVALID_CROSS_REFERENCE_KEY"],
    ["a contact without its account", { contactId: to18("003000000000001") }, "REQUIRED_FIELD_MISSING"],
    ["an owner who is not there", { ownerId: to18("005000000000099") }, "INVALID_CROSS_REFERENCE_KEY"],
  ])("§4.9 for %s", async (_, more, code) => {
    expect(await errorOf(more)).toBe(code);
  });

  test("§8.16 a second time, and a converted lead is read-only", async () => {
    await convert();

    expect(await errorOf({})).toBe("CANNOT_UPDATE_CONVERTED_LEAD");
    await expect(world.conn.sobject("Lead").update({ Id: leadId, Rating: "Hot" })).rejects.toMatchObject({
      errorCode: "CANNOT_UPDATE_CONVERTED_LEAD",
    });
  });

  test("§4.9 of a deleted lead", async () => {
    await world.conn.sobject("Lead").destroy(leadId);

    expect(await errorOf({})).toBe("ENTITY_IS_DELETED");
  });

  test("§4.2 where a queue would own the account; an owner who is given helps", async () => {
    leadId = aLead({ OwnerId: world.queueId });

    expect(await errorOf({})).toBe("FIELD_INTEGRITY_EXCEPTION");
    expect((await convert({ ownerId: world.reps[1] })).success).toBe(true);
  });

  test("§8.16 where the owner who is given left", async () => {
    const OwnerId = putRow(world.org, "User", { Username: "gone@acme.example", IsActive: false, UserType: "Standard" });

    expect(await errorOf({ ownerId: OwnerId })).toBe("INACTIVE_OWNER_OR_USER");
  });

  test("§4.9 for a contact of another account", async () => {
    const accountId = putRow(world.org, "Account", { Name: "Acme SE" });
    const other = putRow(world.org, "Account", { Name: "Other" });
    const contactId = putRow(world.org, "Contact", { LastName: "Berg", AccountId: other });

    expect(await errorOf({ accountId, contactId })).toBe("FIELD_INTEGRITY_EXCEPTION");
  });

  test("§4.9 as a whole, of more than 100 leads", async () => {
    const asked = Array.from({ length: 101 }, () => ({ ...usual, leadId }));

    await expect(world.conn.soap.convertLead(asked)).rejects.toThrow("EXCEEDED_ID_LIMIT");
    expect(await world.conn.soap.convertLead(asked.slice(1))).toHaveLength(100);
  });
});

test("§8.13 no assignment rule gives away what a conversion makes", async () => {
  for (const object of ["Lead", "Account", "Contact"]) world.org.rules.assignment.set(object, world.reps[1]);

  expect(rowOf("Contact", (await convert()).contactId).OwnerId).toBe(world.reps[0]);
});

test("§8.19 a person converts, without any API", () => {
  const writer = { userId: world.reps[0], origin: "", autoAssign: true, allowDuplicates: false };
  const converted = createUnit(world.org, () => undefined).write(writer, (writing) =>
    convertLead(writing, {
      ...{ leadId, convertedStatus: "Closed - Converted", doNotCreateOpportunity: true, overwriteLeadSource: false },
      ...{ accountId: null, contactId: null, opportunityId: null, ownerId: null, opportunityName: null },
    }),
  );

  expect(rowOf("Lead", leadId)).toMatchObject({
    ConvertedContactId: converted.contactId,
    LastModifiedById: world.reps[0],
  });
  expect(changes.map(({ changeOrigin }) => changeOrigin)).toEqual(["", "", ""]);
});
