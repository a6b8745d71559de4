import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const text = { name: "baton_reason", label: "Reason", type: "string", fieldType: "text", groupName: "baton" };
const status = {
  name: "baton_status",
  label: "Status",
  type: "enumeration",
  fieldType: "select",
  groupName: "baton",
  options: [
    { label: "On time", value: "on_time", displayOrder: 0, hidden: false },
    { label: "Late", value: "late", displayOrder: 1, hidden: false },
  ],
};

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe.each(families)("properties on $name", (family) => {
  const post = (body: unknown, rest = "") => world.api("POST", family.properties("contacts", rest), body);
  const at = (rest: string) => family.properties("contacts", rest);
  const createGroup = () => post({ name: "baton", label: "Baton" }, "groups");
  const createText = async () => {
    await createGroup();
    return post(text);
  };
  const writeReason = (value: string) =>
    world.api("POST", family.objects("contacts"), { properties: { firstname: "Ada", baton_reason: value } });

  test("hubspot.md §4.13: a group and a property are created with 201, and records take values of it", async () => {
    const group = await createGroup();
    const created = await post(text);

    expect([group.status, created.status, (await writeReason("territory")).status]).toEqual([201, 201, 201]);
    expect(created.body).toMatchObject({ ...text, archived: false, hasUniqueValue: false, hubspotDefined: false });
  });

  test('hubspot.md §9 Objects: "Properties API: 409 on existing", nothing changed', async () => {
    await createText();
    const again = await post({ ...text, label: "Other" });
    const read = await world.api("GET", at("baton_reason"));

    expect([again.status, again.text("category"), again.text("subCategory"), read.text("label")]).toEqual([
      409,
      "OBJECT_ALREADY_EXISTS",
      "Properties.PROPERTY_WITH_NAME_EXISTS",
      "Reason",
    ]);
  });

  test('hubspot.md §9 Objects: "restore-on-create of archived" with the old definition and the old values', async () => {
    await createText();
    const id = (await writeReason("territory")).text("id");
    const read = () => world.api("GET", family.objects("contacts", `${id}?properties=baton_reason`));
    const archived = await world.api("DELETE", at("baton_reason"));
    const without = await read();
    const refused = await writeReason("again");
    const restored = await post({ ...text, label: "Other" });

    expect([archived.status, valueAt(without.body, "properties.baton_reason"), refused.text("errors.0.code")]).toEqual([
      204,
      undefined,
      "PROPERTY_DOESNT_EXIST",
    ]);
    expect([restored.status, restored.text("label")]).toEqual([201, "Reason"]);
    expect((await read()).text("properties.baton_reason")).toBe("territory");
  });

  test("hubspot.md §4.13: an archived property is purged after 90 days and then starts anew", async () => {
    await createText();
    const token = () => world.hubspot.install({ portalId: 62515 }).accessToken;
    const id = (await writeReason("territory")).text("id");
    await world.api("DELETE", at("baton_reason"));
    world.hubspot.clock.advance(91 * 86_400_000);
    const later = world.apiAs(token());
    const created = await later("POST", family.properties("contacts"), { ...text, label: "Other" });
    const read = await later("GET", family.objects("contacts", `${id}?properties=baton_reason`));

    expect([created.text("label"), valueAt(read.body, "properties.baton_reason")]).toEqual(["Other", null]);
  });

  test('hubspot.md §9 Objects: "options replaced whole"', async () => {
    await createGroup();
    await post(status);
    const options = [{ label: "Breached", value: "breached", displayOrder: 0, hidden: false }];
    const changed = await world.api("PATCH", at("baton_status"), { options });
    const old = await world.api("POST", family.objects("contacts"), { properties: { baton_status: "late" } });

    expect([changed.status, valueAt(changed.body, "options")]).toEqual([200, options]);
    expect(old.text("errors.0.code")).toBe("INVALID_OPTION");
  });

  test('hubspot.md §9 Objects: "group with active properties cannot be archived"', async () => {
    await createText();
    const refused = await world.api("DELETE", at("groups/baton"));
    await world.api("DELETE", at("baton_reason"));
    const archived = await world.api("DELETE", at("groups/baton"));
    const gone = await world.api("GET", at("groups/baton"));

    expect([refused.status, archived.status, gone.status]).toEqual([400, 204, 404]);
  });

  test.each([
    ["a group that does not exist", { ...text, groupName: "nowhere" }],
    ["a name with capitals", { ...text, name: "Baton" }],
    ["a field type of another type", { ...text, fieldType: "number" }],
    ["an enumeration without options", { ...status, options: [] }],
    ["no label", { ...text, label: undefined }],
  ])("hubspot.md §4.13: %s is a 400", async (_what, body) => {
    await createGroup();

    expect((await post(body)).status).toBe(400);
  });

  test("hubspot.md §4.13: a property that a rule needs is in use and stays", async () => {
    await createText();
    world.portal.rules.requiredOnCreate.push({ objectTypeId: "0-1", properties: ["baton_reason"] });
    const reply = await world.api("DELETE", at("baton_reason"));

    expect([reply.status, reply.text("subCategory")]).toEqual([
      400,
      "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
    ]);
  });

  test("hubspot.md §4.13: batch create answers 201, or 207 when some exist", async () => {
    await createGroup();
    const first = await post({ inputs: [text, status] }, "batch/create");
    const second = await post({ inputs: [text, { ...text, name: "baton_rule" }] }, "batch/create");

    expect([first.status, second.status, second.text("results.0.name"), second.text("errors.0.category")]).toEqual([
      201,
      207,
      "baton_rule",
      "OBJECT_ALREADY_EXISTS",
    ]);
  });

  test("hubspot.md §4.13: an owner picker takes owner ids only", async () => {
    await createGroup();
    const picker = { ...status, name: "baton_previous_owner", options: [], externalOptions: true };
    const created = await post({ ...picker, referencedObjectType: "OWNER" });
    const reply = await world.api("POST", family.objects("contacts"), { properties: { baton_previous_owner: "4711" } });

    expect([created.status, reply.text("errors.0.code")]).toEqual([201, "INVALID_OWNER_ID"]);
  });

  test("hubspot.md §3.2: at most ten unique properties per object", async () => {
    await createGroup();
    const unique = (index: number) => ({ ...text, name: `baton_key_${index}`, hasUniqueValue: true });
    const ten = await post({ inputs: Array.from({ length: 10 }, (_, index) => unique(index)) }, "batch/create");

    expect([ten.status, (await post(unique(10))).status]).toEqual([201, 400]);
  });

  test("hubspot.md §4.4: the stages to choose from are the options of lifecyclestage", async () => {
    const reply = await world.api("GET", at("lifecyclestage"));

    expect(reply.list("options").map((option) => valueAt(option, "value"))).toEqual([
      "subscriber",
      "lead",
      "marketingqualifiedlead",
      "salesqualifiedlead",
      "opportunity",
      "customer",
      "evangelist",
      "other",
    ]);
  });

  test("hubspot.md §0: property validation rules can be asked for", async () => {
    expect((await world.api("GET", family.propertyValidations("0-1"))).body).toEqual({ results: [] });
  });
});
