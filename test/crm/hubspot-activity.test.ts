import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Source } from "../../src/sandbox/hubspot/portal.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { contactIn, fillPortal, recordIn } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld } from "./hubspot-world.ts";

let world: HubspotWorld;
let leadId: string;
let since: string;
const begin = async (scopes?: string[]) => {
  world = await startHubspotWorld(scopes === undefined ? {} : { scopes });
  fillPortal(world.portal);
  leadId = contactIn(world.portal, { properties: { hubspot_owner_id: "11" } });
  since = world.now().toISOString();
  world.hubspot.clock.advance(60_000);
};
beforeEach(() => begin());
afterEach(() => world.stop());

const look = async () => (await world.client.readActivity([{ leadId, since }], { lane: "sla" }))[0]?.touch ?? null;
const later = () => world.now().toISOString();
const associations: Record<string, number> = { "0-48": 194, "0-49": 198, "0-47": 200 };

/** An activity of the lead, as the given source logs it. */
const log = (typeId: string, properties: Record<string, string>, source: Source) =>
  recordIn(
    world.portal,
    typeId,
    { hs_timestamp: later(), hubspot_owner_id: "11", ...properties },
    [{ toTypeId: "0-1", toId: leadId, typeId: associations[typeId] ?? 0 }],
    source,
  );

describe("default-policy.md §4: what stops first touch", () => {
  test.each([
    ["log-call", "call"],
    ["log-email", "email"],
    ["log-meeting", "meeting"],
  ] as const)("%s by a person", async (action, how) => {
    playRep(world.portal, { action, contactId: leadId });

    expect(await look()).toEqual({ at: later(), how, by: "11" });
  });

  test("a colleague's call, credited to the colleague", async () => {
    playRep(world.portal, { action: "log-call", contactId: leadId, by: "12" });

    expect(await look()).toMatchObject({ by: "12" });
  });

  test("the first of several", async () => {
    playRep(world.portal, { action: "log-meeting", contactId: leadId });
    const firstAt = later();
    world.hubspot.clock.advance(60_000);
    playRep(world.portal, { action: "log-call", contactId: leadId });

    expect(await look()).toMatchObject({ at: firstAt, how: "meeting" });
  });

  test("a meeting to come, since it was arranged", async () => {
    log("0-47", { hs_timestamp: "2026-11-25T10:00:00.000Z" }, { type: "CRM_UI", id: "userId:101" });

    expect(await look()).toMatchObject({ at: later(), how: "meeting" });
  });

  test("an e-mail from a connected mailbox", async () => {
    log("0-49", { hs_email_direction: "EMAIL" }, { type: "EMAIL_INTEGRATION", id: "1" });

    expect(await look()).toMatchObject({ how: "email" });
  });
});

describe("default-policy.md §4: what does not", () => {
  test.each<[string, string, Record<string, string>, string]>([
    ["an incoming call", "0-48", { hs_call_direction: "INBOUND" }, "CRM_UI"],
    ["an incoming e-mail", "0-49", { hs_email_direction: "INCOMING_EMAIL" }, "CRM_UI"],
    ["a canceled meeting", "0-47", { hs_meeting_outcome: "CANCELED" }, "CRM_UI"],
    ["a call by an integration", "0-48", { hs_call_direction: "OUTBOUND" }, "INTEGRATION"],
    ["an e-mail by a workflow", "0-49", { hs_email_direction: "EMAIL" }, "AUTOMATION_PLATFORM"],
    ["an e-mail of a sequence", "0-49", { hs_email_direction: "EMAIL" }, "SEQUENCES"],
    ["a call that was imported", "0-48", { hs_call_direction: "OUTBOUND" }, "IMPORT"],
  ])("%s", async (_name, typeId, properties, source) => {
    log(typeId, properties, { type: source, id: "1" });

    expect(await look()).toBeNull();
  });

  test("a note", async () => {
    playRep(world.portal, { action: "log-note", contactId: leadId });

    expect(await look()).toBeNull();
  });

  test("a call from before, entered afterwards", async () => {
    playRep(world.portal, { action: "log-call", contactId: leadId, at: Date.parse(since) - 1 });
    playRep(world.portal, { action: "log-note", contactId: leadId });

    expect(await look()).toBeNull();
  });
});

describe("what an account does not let us read", () => {
  const asked = (path: string) =>
    world.hubspot.requests.list({}).filter((request) => request.path.includes(path)).length;

  test("without the scope for e-mails a call is still seen", async () => {
    await world.stop();
    await begin(["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"]);
    playRep(world.portal, { action: "log-email", contactId: leadId });
    world.hubspot.clock.advance(1_000);
    playRep(world.portal, { action: "log-call", contactId: leadId });

    expect(await look()).toMatchObject({ how: "call" });
  });

  test("is asked for once", async () => {
    playRep(world.portal, { action: "log-call", contactId: leadId });
    await look();
    await look();

    expect([asked("contacts/communications"), asked("contacts/calls")]).toEqual([1, 2]);
  });

  test("a failure that passes is thrown, and not taken for silence", async () => {
    playRep(world.portal, { action: "log-call", contactId: leadId });
    world.hubspot.faults.add({
      route: "POST /crm/objects/:version/calls/batch/read",
      kind: "status-before",
      status: 503,
    });

    await expect(look()).rejects.toMatchObject({ kind: "unavailable" });
  });
});

test("many leads with touches are a handful of requests", async () => {
  const ids = Array.from({ length: 100 }, () => contactIn(world.portal, { properties: { hubspot_owner_id: "11" } }));
  for (const contactId of ids) playRep(world.portal, { action: "log-call", contactId });
  const before = world.hubspot.requests.list({}).length;

  const found = await world.client.readActivity(
    ids.map((id) => ({ leadId: id, since })),
    { lane: "sla" },
  );

  expect(found.filter(({ touch }) => touch !== null)).toHaveLength(100);
  expect(world.hubspot.requests.list({}).length - before).toBeLessThanOrEqual(8);
});
