import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const scopes = ["contacts", "companies", "deals"].flatMap((type) => [
  `crm.objects.${type}.read`,
  `crm.objects.${type}.write`,
]);
const ada = { id: "500", properties: { email: "ada@one.example", lifecyclestage: "marketingqualifiedlead" } };

let world: World;
beforeEach(async () => {
  world = await startWorld({ scopes });
});
afterEach(() => world.stop());

describe.each(families)("what HubSpot does by itself, on $name", (family) => {
  const createContact = (email: string) => world.api("POST", family.objects("contacts"), { properties: { email } });
  const readContact = async (id: string) => {
    const query = "properties=associatedcompanyid,lifecyclestage";
    return valueAt((await world.api("GET", family.objects("contacts", `${id}?${query}`))).body, "properties");
  };
  const createDeal = (dealstage: string) =>
    world.api("POST", family.objects("deals"), {
      properties: { dealname: "Big", dealstage },
      associations: [{ to: { id: "500" }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 3 }] }],
    });

  test("hubspot.md §4.5: a new contact is linked to the company of its domain, shortly after", async () => {
    seedPortal(world.portal, parseSeed({ companies: [{ id: "600", properties: { domain: "one.example" } }] }));
    world.portal.settings.autoAssociateCompanies = true;
    const id = (await createContact("bob@one.example")).text("id");
    const before = await readContact(id);
    world.hubspot.clock.advance(5_000);

    expect(before).toMatchObject({ associatedcompanyid: null });
    expect(await readContact(id)).toMatchObject({ associatedcompanyid: "600" });
  });

  test("hubspot.md §4.5: a company is created when there is none, but not for a free-mail address", async () => {
    world.portal.settings.autoAssociateCompanies = true;
    const id = (await createContact("bob@new.example")).text("id");
    const free = (await createContact("bob@gmail.com")).text("id");
    world.hubspot.clock.advance(5_000);

    expect(await readContact(id)).toMatchObject({ associatedcompanyid: expect.any(String) });
    expect(await readContact(free)).toMatchObject({ associatedcompanyid: null });
  });

  test("hubspot.md §4.4: an associated deal makes its contact an opportunity, a won one a customer", async () => {
    seedPortal(world.portal, parseSeed({ contacts: [ada] }));
    world.portal.settings.syncLifecycleWithDeals = true;
    const id = (await createDeal("appointmentscheduled")).text("id");
    world.hubspot.clock.advance(5_000);
    const open = await readContact("500");
    const won = await world.api("PATCH", family.objects("deals", id), { properties: { dealstage: "closedwon" } });
    world.hubspot.clock.advance(5_000);

    expect(open).toMatchObject({ lifecyclestage: "opportunity" });
    expect(won.body).toMatchObject({
      properties: { hs_is_closed: "true", hs_is_closed_won: "true", hs_is_closed_lost: "false" },
    });
    expect(await readContact("500")).toMatchObject({ lifecyclestage: "customer" });
  });

  test.each([
    ["clear", ""],
    ["12", "12"],
  ])("a workflow that fights for the owner sets it at once, and not again for its own change: %s", async (to, owner) => {
    world.portal.settings.ownerWorkflow = to;
    const owners = ["11", "12"].map((id) => ({ id, userId: Number(id), email: `${id}@corp.example`, firstName: id }));
    seedPortal(world.portal, parseSeed({ owners, contacts: [ada] }));
    updateRecord(
      world.portal,
      "0-1",
      "500",
      { hubspot_owner_id: "11" },
      { source: { type: "CRM_UI", id: "" }, version: "v3" },
    );
    world.hubspot.clock.advance(60_000);

    const history = world.portal.records.get("0-1")?.get("500")?.history.get("hubspot_owner_id") ?? [];
    expect(history.map(({ value, source }) => [value, source.type])).toEqual([
      [owner, "AUTOMATION_PLATFORM"],
      ["11", "CRM_UI"],
    ]);
  });

  test("an account may have both switched off, as new ones here do", async () => {
    seedPortal(world.portal, parseSeed({ contacts: [ada], companies: [{ properties: { domain: "one.example" } }] }));
    await createDeal("appointmentscheduled");
    const id = (await createContact("bob@one.example")).text("id");
    world.hubspot.clock.advance(60_000);

    expect(await readContact("500")).toMatchObject({ lifecyclestage: "marketingqualifiedlead" });
    expect(await readContact(id)).toMatchObject({ associatedcompanyid: null });
  });

  test("hubspot.md §4.7: deal stages are checked against the pipeline and stamped", async () => {
    seedPortal(world.portal, parseSeed({ contacts: [ada] }));
    const wrong = await createDeal("nowhere");
    const right = await createDeal("qualifiedtobuy");

    expect([wrong.status, wrong.text("errors.0.code")]).toEqual([400, "INVALID_OPTION"]);
    expect(right.body).toMatchObject({
      properties: {
        pipeline: "default",
        hs_is_closed: "false",
        hs_v2_date_entered_current_stage: "2026-11-20T10:00:00.000Z",
        hs_v2_date_entered_qualifiedtobuy: "2026-11-20T10:00:00.000Z",
      },
    });
  });
});
