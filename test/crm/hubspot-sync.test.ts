import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseAbsences, parseShifts, parseTimeZone } from "../../src/crm/hubspot/availability.ts";
import { untilMidnight } from "../../src/crm/hubspot/until-midnight.ts";
import { createProperty } from "../../src/sandbox/hubspot/property-definitions.ts";
import { contactIn, fillPortal, mql, recordIn } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld, sync } from "./hubspot-world.ts";

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

describe("reps", () => {
  test("are joined with their hours by owner id, teams by name; queues are no reps", async () => {
    const hours = '[{"days":"MONDAY","startMinute":540,"endMinute":1020}]';
    const user = [...(world.portal.records.get("0-115")?.values() ?? [])].find(
      ({ properties }) => properties.get("hubspot_owner_id") === "11",
    );
    user?.properties.set("hs_working_hours", hours).set("hs_standard_time_zone", "Europe/Vienna");
    await world.client.ensureSchema(sync);

    const listed = await world.client.listReps(sync);
    const reps = listed.map(({ rep }) => rep);

    expect(listed[0]?.email).toBe("ann@corp.example");
    expect(reps.map(({ id }) => id)).toEqual(["11", "12", "13"]);
    expect(reps[0]).toEqual({
      id: "11",
      userId: "101",
      name: "Ann Ash",
      active: true,
      teams: ["DACH Sales"],
      timeZone: "Europe/Vienna",
      shifts: [{ day: "MO", startMinute: 540, endMinute: 1020 }],
      absences: [],
    });
    expect(reps[2]).toMatchObject({ userId: "103", active: false });
  });

  test("more than a page are all listed", async () => {
    for (let id = 1_000; id < 1_150; id += 1)
      world.portal.owners.set(String(id), {
        id: String(id),
        userId: id,
        email: `${id}@corp.example`,
        firstName: "",
        lastName: "",
        type: "PERSON",
        archived: false,
        createdAt: 0,
        updatedAt: 0,
        teams: [],
      });

    expect(await world.client.listReps(sync)).toHaveLength(153);
  });

  test("without the scope for users they are listed without hours, and the users are not asked for", async () => {
    await world.stop();
    world = await startHubspotWorld({
      scopes: [
        "oauth",
        "crm.objects.owners.read",
        "crm.schemas.contacts.read",
        "crm.schemas.contacts.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
      ],
    });
    fillPortal(world.portal);
    const { readsAvailability, off } = await world.client.ensureSchema(sync);
    const asked = () => world.hubspot.requests.list({}).filter(({ path }) => path.endsWith("/users")).length;
    const before = asked();

    const reps = await world.client.listReps(sync);

    expect(off).toMatchObject([{ feature: "availability" }]);
    expect([readsAvailability, reps[0]?.rep.shifts, asked() - before]).toEqual([false, null, 0]);
  });
});

describe("hubspot.md §5.1: hours and absences as users left them", () => {
  test.each<[string | null, unknown]>([
    [null, null],
    ["null", null],
    ["", null],
    ["garbage", null],
    ['{"days":"MONDAY"}', null],
    ["[]", []],
    [
      '[{"days":"SATURDAY_SUNDAY","startMinute":0,"endMinute":1440}]',
      [
        { day: "SA", startMinute: 0, endMinute: 1440 },
        { day: "SU", startMinute: 0, endMinute: 1440 },
      ],
    ],
    ['[{"days":"MONDAY","startMinute":600,"endMinute":600}]', null],
    [
      '[{"days":"MONDAY","startMinute":-1,"endMinute":600},{"days":"TUESDAY","startMinute":60,"endMinute":120}]',
      [{ day: "TU", startMinute: 60, endMinute: 120 }],
    ],
    ['[{"days":"SOMEDAY","startMinute":60,"endMinute":120},null,7]', null],
  ])("hours %s", (text, shifts) => {
    expect(parseShifts(text)).toEqual(shifts);
  });

  test("five weekdays and every day are told apart", () => {
    const daysOf = (days: string) =>
      parseShifts(JSON.stringify([{ days, startMinute: 1, endMinute: 2 }]))?.map(({ day }) => day);

    expect(daysOf("MONDAY_TO_FRIDAY")).toEqual(["MO", "TU", "WE", "TH", "FR"]);
    expect(daysOf("EVERY_DAY")).toEqual(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
  });

  test.each<[string | null, unknown]>([
    [null, []],
    ["garbage", []],
    [
      '[{"startTimestamp":1790000000000,"endTimestamp":1790086400000}]',
      [{ startAt: "2026-09-21T14:13:20.000Z", endAt: "2026-09-22T14:13:20.000Z" }],
    ],
    ['[{"startTimestamp":17900000000,"endTimestamp":17900864000}]', []],
    ['[{"startTimestamp":1790086400000,"endTimestamp":1790000000000}]', []],
  ])("absences %s", (text, absences) => {
    expect(parseAbsences(text)).toEqual(absences);
  });

  test.each([
    ["Europe/Berlin", "Europe/Berlin"],
    ["Mars/Olympus", null],
    [null, null],
  ])("zone %s", (text, zone) => {
    expect(parseTimeZone(text)).toBe(zone);
  });
});

describe("schema", () => {
  const definitions = (typeId: string) =>
    [...(world.portal.properties.get(typeId)?.values() ?? [])].filter(
      ({ name, archivedAt }) => name.startsWith("baton_") && archivedAt === null,
    );

  test("all that Baton stamps is created once, in a group of its own", async () => {
    await world.client.ensureSchema(sync);
    await world.client.ensureSchema(sync);

    expect(
      definitions("0-1")
        .map(({ name, groupName }) => `${groupName}.${name}`)
        .sort(),
    ).toEqual([
      "baton.baton_contact_consent",
      "baton.baton_do_not_route",
      "baton.baton_policy_version",
      "baton.baton_reason",
      "baton.baton_routed_at",
      "baton.baton_rule",
      "baton.baton_sla_due_at",
      "baton.baton_sla_status",
      "baton.baton_tier",
      "baton.baton_trace_url",
    ]);
    expect(definitions("0-27").map(({ name, hasUniqueValue }) => [name, hasUniqueValue])).toEqual([
      ["baton_task_key", true],
    ]);
  });

  test("an account that refuses the batch because some exist gets the others one by one", async () => {
    const route = "POST /crm/properties/:version/:objectType/batch/create";
    world.hubspot.faults.add({ route, kind: "status-before", status: 409, times: 1 });

    await world.client.ensureSchema(sync);

    expect(definitions("0-1")).toHaveLength(10);
  });

  test.each([
    ["accept", true],
    ["reject", false],
  ] as const)("unique task keys: %s", async (setting, uniqueTaskKey) => {
    world.portal.settings.taskUniqueProperties = setting;

    expect(await world.client.ensureSchema(sync)).toEqual({ uniqueTaskKey, readsAvailability: true });
    expect(await world.client.ensureSchema(sync)).toEqual({ uniqueTaskKey, readsAvailability: true });
  });
});

describe("accounts and opportunities", () => {
  test("hosts are bare, whatever stands in the domain", async () => {
    recordIn(world.portal, "0-2", {
      name: "One",
      domain: "https://www.one.example:8080/about?x=1",
      hs_additional_domains: "Two.example;www2.three.example, one.example",
    });

    expect((await world.client.listAccounts(null, [], sync)).items[0]?.domains).toEqual([
      "one.example",
      "two.example",
      "three.example",
    ]);
  });

  test("customers and competitors are told", async () => {
    world.portal.properties
      .get("0-2")
      ?.get("type")
      ?.options.push({ label: "Competitor", value: "COMPETITOR", displayOrder: 9, hidden: false });
    recordIn(world.portal, "0-2", { name: "A", lifecyclestage: "customer" });
    recordIn(world.portal, "0-2", { name: "B", type: "COMPETITOR" });

    const { items } = await world.client.listAccounts(null, [], sync);

    expect(items.map(({ isCustomer, isCompetitor }) => [isCustomer, isCompetitor])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test("fields that a policy names come with the account, null where it has none", async () => {
    createProperty(world.portal, "0-2", {
      name: "csm",
      label: "CSM",
      groupName: "companyinformation",
      type: "string",
      fieldType: "text",
    });
    const id = recordIn(world.portal, "0-2", { name: "A", csm: "11" });
    recordIn(world.portal, "0-2", { name: "B" });
    const named = ["csm", "no_such_property"];

    const { items } = await world.client.listAccounts(null, named, sync);
    expect(items.map(({ crm }) => crm)).toEqual([
      { csm: "11", no_such_property: null },
      { csm: null, no_such_property: null },
    ]);
    expect((await world.client.readAccounts([id], named, sync))[0]?.crm).toEqual(items[0]?.crm);
    expect((await world.client.readAccounts([id], [], sync))[0]).not.toHaveProperty("crm");
  });

  test("a long list comes in pages", async () => {
    for (let index = 0; index < 130; index += 1) recordIn(world.portal, "0-2", { name: `Company ${index}` });

    const first = await world.client.listAccounts(null, [], sync);
    const second = await world.client.listAccounts(first.next, [], sync);

    expect([first.items.length, second.items.length, second.next]).toEqual([100, 30, null]);
  });

  test("an opportunity's primary account comes first, its stage has its place", async () => {
    const [other, primary] = ["A", "B"].map((name) => recordIn(world.portal, "0-2", { name }));
    const deal = recordIn(world.portal, "0-3", { dealname: "D", dealstage: "contractsent" }, [
      { toTypeId: "0-2", toId: other ?? "", typeId: 341 },
      { toTypeId: "0-2", toId: primary ?? "", typeId: 5 },
    ]);

    expect(await world.client.readOpportunities([deal], sync)).toMatchObject([
      { accountIds: [primary, other], stage: "Contract Sent", stageOrder: 4, isOpen: true, phase: "late" },
    ]);
  });

  test.each([
    ["appointmentscheduled", "early"],
    ["qualifiedtobuy", "early"],
    ["presentationscheduled", "mid"],
    ["decisionmakerboughtin", "mid"],
    ["contractsent", "late"],
    ["closedwon", undefined],
  ])("of five open stages %s is in the third %s, and since when it is there is known", async (dealstage, phase) => {
    const deal = recordIn(world.portal, "0-3", { dealname: "D", dealstage });
    const [opportunity] = await world.client.readOpportunities([deal], sync);
    expect(opportunity?.phase).toBe(phase);
    expect(opportunity?.stageSince).toBe(new Date(world.hubspot.clock.now()).toISOString());
  });

  test("pipelines are read once an hour", async () => {
    const deal = recordIn(world.portal, "0-3", { dealname: "D", dealstage: "contractsent" });
    const asked = () => world.hubspot.requests.list({}).filter(({ path }) => path.includes("/pipelines/")).length;
    await world.client.readOpportunities([deal], sync);
    await world.client.readOpportunities([deal], sync);
    const inTheFirstHour = asked();
    world.hubspot.clock.advance(3_600_000);
    await world.client.readOpportunities([deal], sync);

    expect([inTheFirstHour, asked()]).toEqual([1, 2]);
  });
});

describe("search", () => {
  test("finds more than a page, in order and once each", async () => {
    const since = world.now();
    const ids = Array.from({ length: 450 }, () => contactIn(world.portal, { properties: mql }));
    world.hubspot.clock.advance(60_000);
    const found: string[] = [];

    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof world.client.findQualified>> = await world.client.findQualified(
        { since, after },
        { lane: "search" },
      );
      found.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== null);

    expect(found).toEqual(ids);
  });

  test("hubspot.md §4.4: an account without the newer stamp is asked by the older one", async () => {
    const id = contactIn(world.portal, { properties: mql });
    world.portal.properties.get("0-1")?.delete("hs_v2_date_entered_marketingqualifiedlead");
    world.hubspot.clock.advance(60_000);

    const { items } = await world.client.findQualified({ since: new Date(0), after: null }, { lane: "search" });

    expect(items).toEqual([{ id, qualifiedAt: "2026-11-20T10:00:00.000Z", mergedIds: [] }]);
  });

  test("a lead that left the stage again is not found", async () => {
    const since = world.now();
    const leadId = contactIn(world.portal, { properties: mql });
    await world.client.updateLeads([{ key: "k", leadId, stage: "customer" }], { lane: "owner-write" });
    world.hubspot.clock.advance(60_000);

    expect((await world.client.findQualified({ since, after: null }, { lane: "search" })).items).toEqual([]);
  });
});

describe("hubspot.md §3.1: the account's midnight", () => {
  test.each([
    ["2026-11-20T10:00:00.000Z", "Europe/Berlin", "2026-11-20T23:00:00.000Z"],
    ["2026-11-20T10:00:00.000Z", "America/New_York", "2026-11-21T05:00:00.000Z"],
    ["2026-10-25T00:30:00.000Z", "Europe/Berlin", "2026-10-25T23:00:00.000Z"],
    ["2026-03-29T00:30:00.000Z", "Europe/Berlin", "2026-03-29T22:00:00.000Z"],
    ["2026-11-20T10:00:00.000Z", "Mars/Olympus", "2026-11-21T00:00:00.000Z"],
  ])("%s in %s", (now, zone, midnight) => {
    expect(new Date(Date.parse(now) + untilMidnight(new Date(now), zone)).toISOString()).toBe(midnight);
  });
});

test("accounts are found by their domains in one call, whatever the case; none asks nothing", async () => {
  const one = recordIn(world.portal, "0-2", { name: "One", domain: "one.example", city: "Lund", phone: "+46 1" });
  const two = recordIn(world.portal, "0-2", { name: "Two", domain: "TWO.example" });
  const three = recordIn(world.portal, "0-2", { name: "Three", domain: "three.example" });
  world.hubspot.clock.advance(60_000);
  const calls = () => world.hubspot.requests.list().filter(({ path }) => path.endsWith("/companies/search")).length;

  expect(await world.client.findAccountsByDomain(["ONE.example", "two.example", "four.example"], sync)).toEqual([
    one,
    two,
  ]);
  const before = calls();
  expect(await world.client.findAccountsByDomain([], sync)).toEqual([]);
  expect(calls()).toBe(before);
  // More than a search may have as its body.
  const many = Array.from({ length: 99 }, (_, at) => `a-company-with-quite-a-long-domain-${at}.example`);
  expect(await world.client.findAccountsByDomain([...many, "three.example"], sync)).toEqual([three]);
  expect(calls()).toBe(before + 3);
  expect((await world.client.readAccounts([one], [], sync))[0]).toMatchObject({ city: "Lund", phone: "+46 1" });
});
