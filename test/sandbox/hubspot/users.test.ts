import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const hours = '[{"days":"MONDAY_TO_FRIDAY","startMinute":540,"endMinute":1020}]';
const elevenDigits = '[{"startTimestamp":17900000000,"endTimestamp":17900086400}]';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const owner = { id: "11", userId: 9011, email: "rep@us.example", firstName: "Rita", lastName: "Rep" };
  const users = [
    { id: "801", properties: { hs_working_hours: hours, hs_standard_time_zone: "Europe/Berlin" } },
    { id: "802", properties: { hs_working_hours: null } },
    { id: "803", properties: { hs_working_hours: "[]" } },
    { id: "804", properties: { hs_working_hours: "nine to five" } },
    { id: "805", properties: { hs_out_of_office_hours: elevenDigits, hs_availability_status: "away" } },
  ];
  seedPortal(world.portal, parseSeed({ owners: [owner], users }));
});
afterEach(() => world.stop());

describe.each(families)("users objects on $name", (family) => {
  test.each([
    ["working hours as strings", "801", "hs_working_hours", hours],
    ["including null", "802", "hs_working_hours", null],
    ["including []", "803", "hs_working_hours", "[]"],
    ["garbage", "804", "hs_working_hours", "nine to five"],
    ["11-digit timestamps", "805", "hs_out_of_office_hours", elevenDigits],
  ])('hubspot.md §9 Objects: "Users object with working hours/OOO as strings" (%s)', async (_what, id, name, value) => {
    const one = await world.api("GET", `${family.objects("users", id)}?properties=${name}`);
    const batch = await world.api("POST", family.objects("users", "batch/read"), {
      inputs: [{ id }],
      properties: [name],
      propertiesWithHistory: [],
    });

    expect(one.body).toMatchObject({ properties: { [name]: value } });
    expect(valueAt(batch.body, "results.0")).toMatchObject({ properties: { [name]: value } });
  });

  test("hubspot.md §4.10: each person has a users object whose id is neither the owner's nor the user's", async () => {
    const reply = await world.api("POST", family.objects("users", "search"), {
      filterGroups: [{ filters: [{ propertyName: "hubspot_owner_id", operator: "EQ", value: "11" }] }],
      properties: ["hubspot_owner_id", "hs_internal_user_id", "hs_email"],
    });

    expect(reply.body).toMatchObject({
      total: 1,
      results: [{ properties: { hubspot_owner_id: "11", hs_internal_user_id: "9011", hs_email: "rep@us.example" } }],
    });
    expect(["11", "9011"]).not.toContain(reply.text("results.0.id"));
  });
});
