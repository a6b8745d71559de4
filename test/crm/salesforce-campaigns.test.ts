import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const dayMs = 86_400_000;
const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const create = (object: string, row: Row) =>
  asAda((writing) => createRecord(writing, tableOf(world.org, object).object, row));
const change = (object: string, id: string, row: Row) =>
  asAda((writing) => updateRecord(writing, tableOf(world.org, object).object, id, row));
const aLead = () => create("Lead", { LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.queueId });
const member = (LeadId: string, campaign: Row, Status = "Responded") =>
  create("CampaignMember", { LeadId, CampaignId: putRow(world.org, "Campaign", campaign), Status });

const responseFields = ["CampaignMember_Responses", "CampaignMember_Campaigns", "CampaignMember_Types"];
const read = async (id: string) => (await world.client.readLeads([id], responseFields, sync))[0]?.fields;

describe("§4.3 campaigns", () => {
  test("the one that was answered last counts, and not the one that the lead was put into last", async () => {
    const id = aLead();
    const invited = member(id, { Name: "Fair" }, "Sent");
    member(id, { Name: "White paper" });
    world.sandbox.clock.advance(dayMs);
    change("CampaignMember", invited, { Status: "Responded" });

    expect(await read(id)).toMatchObject({
      ...{ conversion: "Fair", conversionAt: "2026-11-18T00:00:00.000Z", engagedAt: "2026-11-18T00:00:00.000Z" },
    });
  });

  test("a policy may ask for all responses: how many, to what, of which types", async () => {
    const id = aLead();
    member(id, { Name: "Demo", Type: "Webinar" });
    world.sandbox.clock.advance(dayMs);
    member(id, { Name: "Trade fair", Type: "Conference" });
    member(id, { Name: "Next fair", Type: "Conference" }, "Sent");

    expect(await read(id)).toMatchObject({
      ...{ "crm.CampaignMember_Responses": "2", "crm.CampaignMember_Campaigns": "Trade fair;Demo" },
      "crm.CampaignMember_Types": "Conference;Webinar",
    });
    expect(await read(aLead())).toMatchObject({
      ...{ "crm.CampaignMember_Responses": "0", "crm.CampaignMember_Campaigns": null, conversion: null },
    });
  });

  test("of the past those count that were given by then", async () => {
    const id = aLead();
    member(id, { Name: "Demo", Type: "Webinar" });
    world.sandbox.clock.advance(dayMs);
    const at = world.now().toISOString();
    world.sandbox.clock.advance(dayMs);
    member(id, { Name: "Trade fair", Type: "Conference" });

    const wanted = { lead: ["conversion" as const], crm: responseFields };
    const [past] = await world.client.past.readLeads([{ leadId: id, at }], wanted, { lane: "backfill" });

    expect(past?.lead.fields).toMatchObject({ conversion: "Demo", "crm.CampaignMember_Responses": "1" });
    expect(past?.doubts).toEqual([]);
  });
});

describe("§4.3 an opportunity stands in its stage", () => {
  const anOpportunity = () =>
    create("Opportunity", {
      ...{ Name: "Deal", AccountId: create("Account", { Name: "One" }), OwnerId: world.reps[0] },
      ...{ StageName: "Qualification", CloseDate: "2027-01-31" },
    });
  const sinceOf = async (id: string) => (await world.client.readOpportunities([id], sync))[0]?.stageSince;
  const hide = () =>
    world.org.permit(world.ownUserId, { hidden: new Map([["Opportunity", new Set(["LastStageChangeDate"])]]) });

  test.each([
    ["where the org has a field for it", () => undefined],
    ["where only its history tells", hide],
  ])("since it came there, or was created: %s", async (_, arrange) => {
    arrange();
    const createdAt = world.now().toISOString();
    const id = anOpportunity();
    expect(await sinceOf(id)).toBe(createdAt);

    world.sandbox.clock.advance(dayMs);
    change("Opportunity", id, { StageName: "Proposal/Price Quote" });
    const movedAt = world.now().toISOString();
    world.sandbox.clock.advance(dayMs);
    change("Opportunity", id, { Amount: 5_000 });

    expect(await sinceOf(id)).toBe(movedAt);
  });

  test("nobody knows since when, where neither is there", async () => {
    hide();
    world.org.objects.delete("opportunityhistory");

    const id = anOpportunity();
    expect(await sinceOf(id)).toBeUndefined();
    const { items } = await world.client.past.listOpportunities({ since: world.now(), after: null }, sync);
    expect(items[0]?.past.doubts).toContainEqual({ field: "opportunity.stage", because: "no-history" });
  });
});
