import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Api, Reply } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe.each(families)("$name", (family) => {
  const call = (api: Api = world.api) => api("GET", family.accountInfo);
  const calls = (count: number, api: Api = world.api) =>
    Promise.all(Array.from({ length: count }, () => api("GET", family.accountInfo)));
  const search = (api: Api = world.api) =>
    api("POST", family.objects("contacts", "search"), { filterGroups: [], sorts: [], properties: [], limit: 1 });
  const searches = (count: number) => Promise.all(Array.from({ length: count }, () => search()));
  const statuses = (replies: Reply[]) => replies.map(({ status }) => status).sort();

  test('hubspot.md §9 Rate limiting: "10 s rolling window 110 per portal+app" a slot is free again after exactly 10 s', async () => {
    await calls(55);
    world.hubspot.clock.advance(5_000);
    const rest = await calls(55);
    const full = await call();
    world.hubspot.clock.advance(4_999);
    const stillFull = await call();
    world.hubspot.clock.advance(1);
    const freed = await calls(56);

    expect(statuses(rest)).toEqual(Array(55).fill(200));
    expect([full.status, stillFull.status]).toEqual([429, 429]);
    expect(statuses(freed)).toEqual([...Array(55).fill(200), 429]);
  });

  test('hubspot.md §9 Rate limiting: "per portal+app" another portal has a window of its own', async () => {
    const other = world.hubspot.addPortal({ id: 777, name: "Other", timeZone: "UTC" });
    const { accessToken } = world.hubspot.install({ portalId: other.id });
    await calls(110);

    expect([(await call()).status, (await call(world.apiAs(accessToken))).status]).toEqual([429, 200]);
  });

  test('hubspot.md §9 Rate limiting: "headers Max/Remaining/Interval-Milliseconds on every non-search answer"', async () => {
    const [first, second] = [await call(), await world.api("GET", family.objects("contacts", "404404"))];
    const read = (reply: Reply) =>
      ["Interval-Milliseconds", "Max", "Remaining"].map((name) => reply.headers.get(`x-hubspot-ratelimit-${name}`));

    expect([read(first), read(second)]).toEqual([
      ["10000", "110", "109"],
      ["10000", "110", "108"],
    ]);
    expect(first.headers.get("x-hubspot-ratelimit-daily")).toBeNull();
  });

  test('hubspot.md §9 Rate limiting: "429 body with errorType RATE_LIMIT, policyName"', async () => {
    await calls(110);
    const reply = await call();

    expect([reply.status, reply.body]).toEqual([
      429,
      {
        status: "error",
        message: "You have reached your ten_secondly_rolling limit.",
        errorType: "RATE_LIMIT",
        correlationId: reply.headers.get("x-hubspot-correlation-id"),
        policyName: "TEN_SECONDLY_ROLLING",
        requestId: expect.any(String),
      },
    ]);
    expect([reply.headers.get("x-hubspot-ratelimit-remaining"), reply.headers.get("retry-after")]).toEqual(["0", null]);
  });

  test("hubspot.md §3.1: a request refused by the limit takes no slot of a later window", async () => {
    await calls(110);
    world.hubspot.clock.advance(6_000);
    await calls(110);
    world.hubspot.clock.advance(4_000);

    expect(statuses(await calls(110))).toEqual(Array(110).fill(200));
  });

  test('hubspot.md §9 Rate limiting: "Search: own 5/s window, no headers, SECONDLY body with the exact message"', async () => {
    const allowed = await searches(5);
    const refused = await search();
    world.hubspot.clock.advance(1_000);
    const later = await search();

    expect([statuses(allowed), later.status]).toEqual([Array(5).fill(200), 200]);
    expect([refused.status, refused.text("policyName"), refused.text("message")]).toEqual([
      429,
      "SECONDLY",
      "You have reached your secondly limit.",
    ]);
    expect([...later.headers.keys(), ...refused.headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual(
      [],
    );
  });

  test('hubspot.md §9 Rate limiting: "Search: not counted in the burst window", nor the other way round', async () => {
    await searches(5);
    const burst = await calls(110);
    world.hubspot.clock.advance(1_000);

    expect(statuses(burst)).toEqual(Array(110).fill(200));
    expect([(await call()).status, (await search()).status]).toEqual([429, 200]);
  });

  test('hubspot.md §9 Rate limiting: "Switchable DAILY" until midnight in the account\'s time zone', async () => {
    const until = world.hubspot.limits.exhaustDaily(world.portal);
    const refused = await call();
    world.hubspot.clock.advance(until - world.hubspot.clock.now() - 1);
    world.hubspot.tokens.expire();
    const { accessToken } = world.hubspot.install({ portalId: world.portal.id });
    const lastMoment = await call(world.apiAs(accessToken));
    world.hubspot.clock.advance(1);
    const nextDay = await call(world.apiAs(accessToken));

    expect(new Date(until).toISOString()).toBe("2026-11-20T23:00:00.000Z");
    expect([refused.text("policyName"), lastMoment.status, nextDay.status]).toEqual(["DAILY", 429, 200]);
  });
});
