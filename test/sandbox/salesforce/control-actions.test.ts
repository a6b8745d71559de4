import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type ControlWorld, startControlWorld } from "./control-world.ts";

let world: ControlWorld;
beforeEach(async () => {
  world = await startControlWorld();
});
afterEach(() => world.stop());

type Ids = ControlWorld["ids"];

describe("a Lead is converted", () => {
  const convert = (body: object) => world.inOrg("POST", "/convert", body);

  test("§8.16 into records that are new, whose owner is the Lead's", async () => {
    const { omar, ada } = world.ids;
    const { status, text } = await convert({ leadId: omar.slice(0, 15) });
    expect([status, text("leadId")]).toEqual([200, omar]);
    const [accountId, contactId, opportunityId] = [text("accountId"), text("contactId"), text("opportunityId")];
    expect(world.row("Lead", omar)).toMatchObject({
      ...{ IsConverted: true, Status: "Closed - Converted", ConvertedAccountId: accountId },
      ...{ ConvertedContactId: contactId, ConvertedOpportunityId: opportunityId },
    });
    expect(world.row("Account", accountId)).toMatchObject({ Name: "Globex", OwnerId: ada });
    expect(world.row("Contact", contactId)).toMatchObject({ LastName: "Price", OwnerId: ada });
    expect(world.row("Opportunity", opportunityId)).toMatchObject({ AccountId: accountId, OwnerId: ada });
    expect(world.row("Task", world.ids.call).WhoId).toBe(contactId);
  });

  test("§4.9 into records that are there, without an opportunity", async () => {
    const { omar, globex, hanna } = world.ids;
    const reply = await convert({ leadId: omar, accountId: globex, contactId: hanna, opportunity: false });
    expect(reply.body).toEqual({ leadId: omar, accountId: globex, contactId: hanna, opportunityId: null });
  });

  test("§4.9 of a queue, by somebody who owns what is made of it", async () => {
    const { nina, ben } = world.ids;
    const reply = await convert({ leadId: nina, by: ben });
    expect(world.row("Contact", reply.text("contactId")).OwnerId).toBe(ben);
    expect(world.row("Lead", nina).LastModifiedById).toBe(ben);
  });

  test.each<[string, (ids: Ids) => object, string, unknown]>([
    [
      "§4.9 a contact without an account",
      ({ omar, hanna }) => ({ leadId: omar, contactId: hanna }),
      "0.errorCode",
      "REQUIRED_FIELD_MISSING",
    ],
    ["§8.7 what is no Lead", ({ globex }) => ({ leadId: globex }), "0.errorCode", "INVALID_CROSS_REFERENCE_KEY"],
    [
      "what is no id",
      () => ({ leadId: "omar", opportunity: "no" }),
      "message",
      "`leadId` must be an id of 15 or 18 characters; `opportunity` must be true or false",
    ],
    [
      "by nobody",
      ({ omar }) => ({ leadId: omar, by: "005000000000999" }),
      "message",
      "There is no user 005000000000999AAA",
    ],
  ])("%s is refused, and nothing is changed", async (_, body, path, told) => {
    const reply = await convert(body(world.ids));
    expect([reply.status, reply.text(path)]).toEqual([400, told]);
    expect(world.row("Lead", world.ids.omar).IsConverted).toBe(false);
  });

  test("§8.16 a second time is refused", async () => {
    await convert({ leadId: world.ids.omar });
    const again = await convert({ leadId: world.ids.omar });
    expect([again.status, again.text("0.errorCode")]).toEqual([400, "CANNOT_UPDATE_CONVERTED_LEAD"]);
  });
});

describe("records are merged", () => {
  const merge = (body: object) => world.inOrg("POST", "/merge", body);

  test("§8.18 the loser ends in the master, which has its tasks then", async () => {
    const { nina, omar, call, ben } = world.ids;
    const reply = await merge({ object: "lead", masterId: nina.slice(0, 15), ids: [omar.slice(0, 15)], by: ben });
    expect([reply.status, reply.body]).toEqual([200, { masterId: nina, loserIds: [omar], relatedIds: [call] }]);
    expect(world.row("Lead", omar)).toMatchObject({ IsDeleted: true, MasterRecordId: nina, LastModifiedById: ben });
    expect(world.row("Task", call).WhoId).toBe(nina);
  });

  test.each<[string, (ids: Ids) => object, string, string]>([
    [
      "§8.18 a record into itself",
      ({ nina }) => ({ object: "Lead", masterId: nina, ids: [nina] }),
      "0.errorCode",
      "INVALID_INPUT",
    ],
    ["§8.18 none", ({ nina }) => ({ object: "Lead", masterId: nina, ids: [] }), "0.errorCode", "INVALID_INPUT"],
    [
      "§8.18 another object",
      ({ call }) => ({ object: "Task", masterId: call, ids: [call] }),
      "0.errorCode",
      "INVALID_TYPE",
    ],
    [
      "an object that is not there",
      ({ call }) => ({ object: "Leed", masterId: call, ids: [call] }),
      "0.errorCode",
      "INVALID_TYPE",
    ],
    [
      "what is no id",
      () => ({ object: "Lead", masterId: "nina", ids: "omar" }),
      "message",
      "`masterId` must be an id of 15 or 18 characters; `ids` must be a list, each an id of 15 or 18 characters",
    ],
  ])("%s is refused, and nothing is changed", async (_, body, path, told) => {
    const reply = await merge(body(world.ids));
    expect([reply.status, reply.text(path)]).toEqual([400, told]);
    expect(world.row("Lead", world.ids.nina).IsDeleted).toBe(false);
  });
});
