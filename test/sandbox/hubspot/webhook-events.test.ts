import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createDefaultApp } from "../../../src/sandbox/hubspot/default-app.ts";
import { eraseContact, mergeContacts } from "../../../src/sandbox/hubspot/merge.ts";
import { archiveRecord, createRecord, restoreRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { families, startOfTime } from "./world.ts";

const person = { type: "CRM_UI", id: "userId:7", userId: 7 };

describe.each(families)("hubspot.md §9 Webhooks, events ($name)", (family) => {
  let world: WebhookWorld;

  beforeEach(async () => {
    world = await startWebhookWorld();
    world.subscribe();
  });

  afterEach(() => world.stop());

  /** What is common to the first event of the first subscription. */
  const envelope = () => ({
    eventId: expect.any(Number),
    subscriptionId: 1,
    portalId: 62515,
    appId: 54321,
    occurredAt: startOfTime,
    attemptNumber: 0,
  });
  const ui = { changeSource: "CRM_UI", sourceId: "userId:7" };
  const own = { changeSource: "INTEGRATION", sourceId: "54321" };
  const createCompany = async () =>
    (await world.api("POST", family.objects("companies"), { properties: { name: "Acme" } })).text("id");
  const events = async () => {
    await world.hubspot.webhooks.idle();
    return world.receiver.events();
  };

  test('hubspot.md §9 Webhooks: "both generic and classic shapes": a property change, generic', async () => {
    const id = await world.createContact(family);
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "lifecyclestage" });
    updateRecord(
      world.portal,
      "0-1",
      id,
      { lifecyclestage: "marketingqualifiedlead" },
      { source: person, version: "v3" },
    );

    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "object.propertyChange",
        objectTypeId: "0-1",
        objectId: Number(id),
        propertyName: "lifecyclestage",
        propertyValue: "marketingqualifiedlead",
        ...ui,
      },
    ]);
  });

  test('hubspot.md §9 Webhooks: "both generic and classic shapes": a property change, classic', async () => {
    const id = await world.createContact(family);
    world.subscribe({ subscriptionType: "contact.propertyChange", propertyName: "city" });
    updateRecord(world.portal, "0-1", id, { city: "Berlin" }, { source: person, version: "v3" });

    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "contact.propertyChange",
        objectId: Number(id),
        propertyName: "city",
        propertyValue: "Berlin",
        ...ui,
      },
    ]);
  });

  test('hubspot.md §9 Webhooks: "both generic and classic shapes": one change, subscribed to in both', async () => {
    world.subscribe(
      { subscriptionType: "object.creation", objectTypeId: "0-1" },
      { subscriptionType: "contact.creation" },
    );
    const id = Number(await world.createContact(family));

    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "object.creation",
        objectTypeId: "0-1",
        objectId: id,
        changeFlag: "NEW",
        ...own,
      },
      {
        ...envelope(),
        subscriptionId: 2,
        subscriptionType: "contact.creation",
        objectId: id,
        changeFlag: "NEW",
        ...own,
      },
    ]);
  });

  test("hubspot.md §1.3 propertyValue: a cleared property is reported as an empty text", async () => {
    const id = await world.createContact(family, { city: "Berlin" });
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "city" });
    await world.api("PATCH", family.objects("contacts", id), { properties: { city: "" } });

    expect(await events()).toMatchObject([{ propertyName: "city", propertyValue: "" }]);
  });

  test("hubspot.md §1.2 deletion and restore: generic and classic", async () => {
    const id = await world.createContact(family);
    world.subscribe(
      { subscriptionType: "object.deletion", objectTypeId: "0-1" },
      { subscriptionType: "contact.restore" },
    );
    await world.api("DELETE", family.objects("contacts", id));
    restoreRecord(world.portal, "0-1", id, person);

    const objectId = Number(id);
    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "object.deletion",
        objectTypeId: "0-1",
        objectId,
        changeFlag: "DELETED",
        ...own,
      },
      { ...envelope(), subscriptionId: 2, subscriptionType: "contact.restore", objectId, ...ui },
    ]);
  });

  test('hubspot.md §9 Webhooks: "merge event"', async () => {
    const primary = await world.createContact(family, { email: "a@example.com" });
    const other = await world.createContact(family, { city: "Berlin" });
    world.subscribe({ subscriptionType: "object.merge", objectTypeId: "0-1" });
    const newId = Number(mergeContacts(world.portal, primary, other, person));

    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "object.merge",
        objectTypeId: "0-1",
        objectId: newId,
        primaryObjectId: Number(primary),
        mergedObjectIds: expect.arrayContaining([Number(other)]),
        newObjectId: newId,
        numberOfPropertiesMoved: expect.any(Number),
        changeSource: expect.any(String),
        sourceId: expect.any(String),
      },
    ]);
  });

  test('hubspot.md §9 Webhooks: "association events twice": once per side', async () => {
    const contactId = await world.createContact(family);
    const companyId = await createCompany();
    world.subscribe(
      { subscriptionType: "object.associationChange", objectTypeId: "0-1" },
      { subscriptionType: "company.associationChange" },
    );
    await world.api("PUT", family.defaultPair("contacts", contactId, "companies", companyId));

    const [contact, other] = [Number(contactId), Number(companyId)];
    expect(await events()).toEqual([
      {
        ...envelope(),
        subscriptionType: "object.associationChange",
        objectTypeId: "0-1",
        fromObjectTypeId: "0-1",
        toObjectTypeId: "0-2",
        associationTypeId: 279,
        associationCategory: "HUBSPOT_DEFINED",
        associationType: "CONTACT_TO_COMPANY",
        fromObjectId: contact,
        toObjectId: other,
        associationRemoved: false,
        isPrimaryAssociation: false,
        ...own,
      },
      {
        ...envelope(),
        subscriptionId: 2,
        subscriptionType: "company.associationChange",
        associationType: "COMPANY_TO_CONTACT",
        fromObjectId: other,
        toObjectId: contact,
        associationRemoved: false,
        isPrimaryAssociation: false,
        ...own,
      },
    ]);
  });

  test('hubspot.md §9 Webhooks: "association events twice": a primary one comes with the unlabelled one', async () => {
    const contactId = await world.createContact(family);
    const companyId = await createCompany();
    world.subscribe({ subscriptionType: "object.associationChange", objectTypeId: "0-1" });
    await world.api("PUT", family.pair("contacts", contactId, "companies", companyId), [
      { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 1 },
    ]);

    const seen = (await events()).map((event) => [event.associationTypeId, event.isPrimaryAssociation]);
    expect(seen.sort()).toEqual([
      [1, true],
      [279, false],
    ]);
  });

  test('hubspot.md §9 Webhooks: "privacyDeletion + deletion pair"', async () => {
    const id = await world.createContact(family, { email: "gone@example.com" });
    world.subscribe(
      { subscriptionType: "object.deletion", objectTypeId: "0-1" },
      { subscriptionType: "contact.privacyDeletion" },
    );
    eraseContact(world.portal, id, person);

    const seen = await events();
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({
      ...envelope(),
      subscriptionType: "object.deletion",
      objectTypeId: "0-1",
      objectId: Number(id),
      changeFlag: "DELETED",
      ...ui,
    });
    expect(seen).toContainEqual({
      ...envelope(),
      subscriptionId: 2,
      subscriptionType: "contact.privacyDeletion",
      objectId: Number(id),
      ...ui,
    });
  });

  test('hubspot.md §9 Webhooks: "Own writes echo as events (changeSource INTEGRATION)"', async () => {
    const id = await world.createContact(family);
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "hs_lead_status" });
    await world.api("PATCH", family.objects("contacts", id), { properties: { hs_lead_status: "OPEN" } });

    expect(await events()).toMatchObject([
      { subscriptionType: "object.propertyChange", propertyName: "hs_lead_status", propertyValue: "OPEN", ...own },
    ]);
  });

  test("hubspot.md §1.3 echoes: a write that changes nothing raises nothing", async () => {
    const id = await world.createContact(family, { hs_lead_status: "OPEN" });
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "hs_lead_status" });
    await world.api("PATCH", family.objects("contacts", id), { properties: { hs_lead_status: "OPEN" } });

    expect(await events()).toEqual([]);
  });

  test('hubspot.md §9 Webhooks: "Property-change only for subscribed properties"', async () => {
    const id = await world.createContact(family);
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "city" });
    await world.api("PATCH", family.objects("contacts", id), { properties: { city: "Berlin", country: "DE" } });

    expect(await events()).toMatchObject([{ propertyName: "city" }]);
  });

  test('hubspot.md §9 Webhooks: "Property-change only for subscribed properties": not while switched off', async () => {
    const id = await world.createContact(family);
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "city" });
    Object.assign(world.app.webhooks.subscriptions[0] ?? {}, { active: false });
    await world.api("PATCH", family.objects("contacts", id), { properties: { city: "Berlin" } });

    expect(await events()).toEqual([]);
  });

  test('hubspot.md §9 Webhooks: "existing in the portal": a portal without the property sends nothing, another does', async () => {
    const other = world.hubspot.addPortal({ id: 777 });
    world.hubspot.install({ portalId: 777 });
    world.subscribe({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "routing_note" });
    await world.api("POST", family.properties("contacts"), {
      name: "routing_note",
      label: "Routing note",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
    });
    await world.createContact(family, { routing_note: "hello" });
    createRecord(other, "0-1", {}, { source: person, version: "v3" });

    expect(await events()).toMatchObject([{ portalId: 62515, propertyName: "routing_note", propertyValue: "hello" }]);
  });

  test("hubspot.md §1.1 calculated properties do not fire", async () => {
    world.subscribe(
      { subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "hs_v2_date_entered_lead" },
      { subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "lifecyclestage" },
    );
    await world.createContact(family);

    expect(await events()).toMatchObject([{ propertyName: "lifecyclestage" }]);
  });

  test('hubspot.md §9 Webhooks: "sensitive → `REDACTED`", the generic form says so too', async () => {
    const definition = world.portal.properties.get("0-1")?.get("city");
    Object.assign(definition ?? {}, { sensitive: true });
    world.subscribe(
      { subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "city" },
      { subscriptionType: "contact.propertyChange", propertyName: "city" },
    );
    await world.createContact(family, { city: "Berlin" });

    const [generic, classic] = await events();
    expect(generic).toMatchObject({ propertyValue: "REDACTED", isSensitive: true });
    expect(classic).toMatchObject({ propertyValue: "REDACTED" });
    expect(classic).not.toHaveProperty("isSensitive");
  });

  test("hubspot.md §1.2 default app: archiving a company is reported in the generic form", async () => {
    const company = createRecord(world.portal, "0-2", { name: "Acme" }, { source: person, version: "v3" });
    world.app.webhooks.subscriptions = createDefaultApp().webhooks.subscriptions;
    archiveRecord(world.portal, "0-2", company.id, person);

    expect(await events()).toMatchObject([{ subscriptionType: "object.deletion", objectTypeId: "0-2" }]);
  });

  test("hubspot.md §1.1 webhooks do not consume API quota", async () => {
    const before = world.hubspot.limits.remaining({ portalId: 62515, appId: 54321 });
    world.subscribe({ subscriptionType: "contact.creation" });
    createRecord(world.portal, "0-1", {}, { source: person, version: "v3" });
    await events();

    expect(world.receiver.deliveries).toHaveLength(1);
    expect(world.hubspot.limits.remaining({ portalId: 62515, appId: 54321 })).toBe(before);
  });
});
