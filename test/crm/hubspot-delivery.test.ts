import { describe, expect, test } from "@jest/globals";
import { parseDelivery } from "../../src/crm/hubspot/delivery.ts";
import { Invalid } from "../../src/errors.ts";
import type { EventChange } from "../../src/model/event.ts";

const base = {
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: 62515,
  appId: 54321,
  occurredAt: 1790000000123,
  attemptNumber: 0,
  objectId: 1246965,
};
const stage = {
  ...base,
  subscriptionType: "object.propertyChange",
  objectTypeId: "0-1",
  propertyName: "lifecyclestage",
  propertyValue: "marketingqualifiedlead",
  changeSource: "AUTOMATION_PLATFORM",
  sourceId: "enrollmentId:1",
};

const parse = (...elements: unknown[]) => parseDelivery(JSON.stringify(elements));
const changeOf = (element: object) => parse(element).events[0]?.change;
const keyOf = (element: object) => parse(element).events[0]?.key;

test("hubspot.md §1.3: the example becomes an event", () => {
  expect(parse(stage)).toEqual({
    events: [
      {
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        externalId: "62515",
        subjectId: "1246965",
        occurredAt: "2026-09-21T14:13:20.123Z",
        change: { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" },
        byThisApp: false,
      },
    ],
    junk: [],
  });
});

describe("each subscription type has its meaning", () => {
  const generic = (verb: string, objectTypeId: string, more: object = {}) => ({
    ...base,
    subscriptionType: `object.${verb}`,
    objectTypeId,
    ...more,
  });
  const classic = (subscriptionType: string, more: object = {}) => ({ ...base, subscriptionType, ...more });
  const merge = { primaryObjectId: 1, mergedObjectIds: [2], newObjectId: 3 };
  const link = { fromObjectId: 5, toObjectId: 6, associationRemoved: false };

  test.each<[string, object, EventChange]>([
    [
      "owner",
      generic("propertyChange", "0-1", { propertyName: "hubspot_owner_id", propertyValue: "11" }),
      { kind: "lead-changed", field: "owner", value: "11" },
    ],
    [
      "owner cleared with an empty text",
      generic("propertyChange", "0-1", { propertyName: "hubspot_owner_id", propertyValue: "" }),
      { kind: "lead-changed", field: "owner", value: null },
    ],
    [
      "owner cleared without a value",
      generic("propertyChange", "0-1", { propertyName: "hubspot_owner_id" }),
      { kind: "lead-changed", field: "owner", value: null },
    ],
    [
      "status, classic form",
      classic("contact.propertyChange", { propertyName: "hs_lead_status", propertyValue: "OPEN" }),
      { kind: "lead-changed", field: "status", value: "OPEN" },
    ],
    [
      "a property that we do not follow",
      generic("propertyChange", "0-1", { propertyName: "constructor", propertyValue: "x" }),
      { kind: "unused" },
    ],
    ["creation", generic("creation", "0-1"), { kind: "lead-created" }],
    ["creation, classic form", classic("contact.creation"), { kind: "lead-created" }],
    ["deletion", classic("contact.deletion"), { kind: "lead-deleted" }],
    ["restore", generic("restore", "0-1"), { kind: "lead-restored" }],
    ["privacy deletion", classic("contact.privacyDeletion"), { kind: "lead-erased" }],
    ["merge", generic("merge", "0-1", merge), { kind: "lead-merged", into: "3", from: ["1", "2"] }],
    [
      "merge without a new id",
      generic("merge", "0-1", { ...merge, newObjectId: undefined }),
      { kind: "lead-merged", into: "1", from: ["2"] },
    ],
    [
      "merge into its own primary",
      classic("contact.merge", { ...merge, newObjectId: 1 }),
      { kind: "lead-merged", into: "1", from: ["2"] },
    ],
    [
      "a company linked",
      generic("associationChange", "0-1", { ...link, toObjectTypeId: "0-2", associationType: "CONTACT_TO_COMPANY" }),
      { kind: "lead-associated" },
    ],
    [
      "a company linked, classic form",
      classic("contact.associationChange", { ...link, associationType: "CONTACT_TO_COMPANY" }),
      { kind: "lead-associated" },
    ],
    [
      "a task linked",
      generic("associationChange", "0-1", { ...link, toObjectTypeId: "0-27", associationType: "CONTACT_TO_TASK" }),
      { kind: "unused" },
    ],
    [
      "company changed",
      generic("propertyChange", "0-2", { propertyName: "domain", propertyValue: "x" }),
      { kind: "account-changed" },
    ],
    ["company deleted", classic("company.deletion"), { kind: "account-deleted" }],
    ["companies merged", generic("merge", "0-2", merge), { kind: "account-merged", into: "3", from: ["1", "2"] }],
    [
      "deal changed",
      generic("propertyChange", "0-3", { propertyName: "dealstage", propertyValue: "x" }),
      { kind: "opportunity-changed" },
    ],
    ["deal linked", generic("associationChange", "0-3", link), { kind: "opportunity-changed" }],
    ["deal deleted", generic("deletion", "0-3"), { kind: "opportunity-deleted" }],
    ["a ticket", classic("ticket.creation"), { kind: "unused" }],
    ["a conversation", classic("conversation.newMessage"), { kind: "unused" }],
    ["the name of old documentation", { ...base, eventType: "contact.creation" }, { kind: "lead-created" }],
  ])("%s", (_name, element, change) => {
    expect(changeOf(element)).toEqual(change);
  });

  test("a merge is about the record that remains", () => {
    expect(parse(generic("merge", "0-1", merge)).events[0]?.subjectId).toBe("3");
  });

  test("a link is about its contact", () => {
    expect(parse(generic("associationChange", "0-1", link)).events[0]?.subjectId).toBe("5");
  });
});

describe("hubspot.md §1.4: one key per change", () => {
  test("a later attempt has the same key", () => {
    expect(keyOf({ ...stage, attemptNumber: 7, subscriptionId: 26 })).toBe(keyOf(stage));
  });

  test("the classic and the generic form have the same key", () => {
    const { objectTypeId, ...classic } = { ...stage, subscriptionType: "contact.propertyChange" };
    expect([keyOf(classic), objectTypeId]).toEqual([keyOf(stage), "0-1"]);
  });

  test.each(["portalId", "objectId", "occurredAt", "eventId"] as const)("another %s gives another key", (name) => {
    expect(keyOf({ ...stage, [name]: stage[name] + 1 })).not.toBe(keyOf(stage));
  });

  test("equal event ids do not make different changes one", () => {
    expect(keyOf({ ...stage, propertyName: "hubspot_owner_id" })).not.toBe(keyOf(stage));
  });

  test("junk has one key over all attempts", () => {
    const junk = { ...stage, objectId: null };
    expect(parse({ ...junk, attemptNumber: 3 }).junk[0]?.key).toBe(parse(junk).junk[0]?.key);
  });
});

describe("our own changes", () => {
  test.each([
    ["the app's id", { changeSource: "INTEGRATION", sourceId: "54321" }, true],
    ["the app's id with a name before it", { changeSource: "INTEGRATION", sourceId: "appId:54321" }, true],
    ["another app", { changeSource: "INTEGRATION", sourceId: "543210" }, false],
    ["no app", { changeSource: "INTEGRATION", sourceId: undefined }, false],
    ["a person whose id looks alike", { changeSource: "CRM_UI", sourceId: "userId:54321" }, false],
  ])("%s", (_name, source, byThisApp) => {
    expect(parse({ ...stage, ...source }).events[0]?.byThisApp).toBe(byThisApp);
  });
});

test.each([
  ["a workflow", "AUTOMATION_PLATFORM", true],
  ["another app", "INTEGRATION", true],
  ["a person", "CRM_UI", undefined],
  ["nobody says who", undefined, undefined],
])("an owner set by %s", (_who, changeSource, automated) => {
  const owner = { ...stage, propertyName: "hubspot_owner_id", propertyValue: "11", changeSource };
  expect(changeOf(owner)).toEqual({ kind: "lead-changed", field: "owner", value: "11", automated });
});

// reliability.md §5.4, B049–B066: test/bad-inputs/framing.test.ts.
describe("odd bodies", () => {
  test("half a body is no delivery", () => {
    expect(() => parseDelivery('[{"portalId":1')).toThrow(Invalid);
  });

  test.each(["__proto__", "constructor", "hasOwnProperty"])("B159 a key %s is ignored", (name) => {
    const body = JSON.stringify([stage]).replace("[{", `[{"${name}":{"objectId":7,"polluted":true},`);
    expect(parseDelivery(body).events).toEqual(parse(stage).events);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("junk says what is wrong with it, and how it came", () => {
    const [junk] = parse({ ...stage, occurredAt: "yesterday" }).junk;

    expect(junk?.problem).toContain("occurredAt");
    expect(junk?.raw).toContain("yesterday");
  });
});
