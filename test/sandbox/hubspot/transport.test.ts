import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { dated, families, legacy, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

test('hubspot.md §9 Transport and auth: "Serve dated and v3/v4 paths from one store"', async () => {
  const created = await world.api("POST", legacy.objects("contacts"), { properties: { email: "ada@one.example" } });
  const read = await world.api("GET", dated.objects("contacts", `${created.text("id")}?properties=email`));

  expect([read.status, read.text("properties.email")]).toEqual([200, "ada@one.example"]);
});

test.each([
  "/crm/objects/2025-03/contacts",
  "/crm/v2/objects/contacts",
  "/crm/objects/2026-09/contacts/1/nothing/here",
  "/oauth/2024-01/token",
  "/",
])('hubspot.md §9 Transport and auth: "unknown version/path → 404 JSON" %s', async (path) => {
  const reply = await world.api("GET", path);

  expect([reply.status, reply.body]).toEqual([
    404,
    { status: "error", message: "resource not found", correlationId: reply.headers.get("x-hubspot-correlation-id") },
  ]);
});

describe.each(families)("$name", (family) => {
  test.each([
    null,
    "never-issued",
  ])('hubspot.md §9 Transport and auth: "missing/unknown → 401 INVALID_AUTHENTICATION" %s', async (token) => {
    const reply = await world.apiAs(token)("GET", family.accountInfo);

    expect([reply.status, reply.text("category"), reply.text("message")]).toEqual([
      401,
      "INVALID_AUTHENTICATION",
      expect.stringContaining("Authentication credentials not found"),
    ]);
  });

  test('hubspot.md §9 Transport and auth: "expired → 401 EXPIRED_AUTHENTICATION with context"', async () => {
    const expiresAt = world.hubspot.clock.now() + 1_800_000;
    world.hubspot.clock.advance(1_800_000 + 12_000);
    const reply = await world.api("GET", family.accountInfo);

    expect([reply.status, reply.body]).toEqual([
      401,
      {
        status: "error",
        message: "The OAuth token used to make this call expired 12 second(s) ago.",
        category: "EXPIRED_AUTHENTICATION",
        correlationId: expect.any(String),
        context: { "expire time": [new Date(expiresAt).toISOString()] },
      },
    ]);
  });

  test('hubspot.md §9 Transport and auth: "Tokens expire after configurable seconds" a token lives to its last millisecond', async () => {
    world.hubspot.tokens.settings.lifetimeSeconds = 5;
    const { accessToken } = world.hubspot.install({ portalId: world.portal.id });
    const api = world.apiAs(accessToken);
    world.hubspot.clock.advance(4_999);
    const before = await api("GET", family.accountInfo);
    world.hubspot.clock.advance(1);
    const after = await api("GET", family.accountInfo);

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  test('hubspot.md §9 Transport and auth: "Per-portal granted scopes; missing → 403 MISSING_SCOPES"', async () => {
    world.installation.scopes = ["oauth"];
    const reply = await world.api("POST", family.objects("contacts"), { properties: { email: "a@one.example" } });

    expect([reply.status, reply.text("category"), reply.list("errors.0.context.requiredGranularScopes")]).toEqual([
      403,
      "MISSING_SCOPES",
      expect.arrayContaining(["crm.objects.contacts.write"]),
    ]);
  });

  test('hubspot.md §9 Transport and auth: "Per-portal granted scopes" what one portal refused another may have granted', async () => {
    const other = world.hubspot.addPortal({ id: 777, name: "Other", timeZone: "UTC" });
    const { accessToken } = world.hubspot.install({ portalId: other.id, scopes: ["oauth"] });
    const path = family.objects("contacts", "batch/read");
    const body = { inputs: [{ id: "1" }], properties: [], propertiesWithHistory: [] };
    const refused = await world.apiAs(accessToken)("POST", path, body);
    const granted = await world.api("POST", path, body);

    expect([refused.status, granted.status]).toEqual([403, 207]);
  });

  test('hubspot.md §9 Transport and auth: "correlationId uuid in every error and header"', async () => {
    const reply = await world.api("GET", family.objects("contacts", "999999"));

    expect([reply.status, reply.text("correlationId")]).toEqual([404, reply.headers.get("x-hubspot-correlation-id")]);
    expect(reply.text("correlationId")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('hubspot.md §9 Transport and auth: "Content-Type: application/json;charset=utf-8"', async () => {
    const good = await world.api("GET", family.accountInfo);
    const bad = await world.apiAs(null)("GET", family.accountInfo);

    expect([good.headers.get("content-type"), bad.headers.get("content-type")]).toEqual([
      "application/json;charset=utf-8",
      "application/json;charset=utf-8",
    ]);
  });

  test("hubspot.md §3.3 400: a body that is no JSON is refused as VALIDATION_ERROR", async () => {
    const response = await fetch(`${world.hubspot.url}${family.objects("contacts")}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${world.token}`, "Content-Type": "application/json" },
      body: '{"properties":',
    });

    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ category: "VALIDATION_ERROR", correlationId: expect.any(String) }),
    ]);
  });

  test("hubspot.md §3.3 414: many properties in a GET make the URL too long", async () => {
    const properties = Array.from({ length: 900 }, (_, index) => `property_${index}`).join(",");
    const reply = await world.api("GET", family.objects("contacts", `1?properties=${properties}`));

    expect(reply.status).toBe(414);
  });

  test("hubspot.md §2.2 account info: time zone with its offset, UI domain, currency", async () => {
    const reply = await world.api("GET", family.accountInfo);

    expect(reply.body).toMatchObject({
      portalId: 62515,
      accountType: "STANDARD",
      timeZone: "Europe/Berlin",
      utcOffset: "+01:00",
      utcOffsetMilliseconds: 3_600_000,
      companyCurrency: "EUR",
      additionalCurrencies: [],
      uiDomain: expect.stringMatching(/^app[\w-]*\.hubspot\.com$/),
    });
  });

  test("hubspot.md §2.3 uninstall: 204, then access and refresh tokens are void", async () => {
    const refreshToken = world.installation.refreshToken;
    const removed = await world.api("DELETE", family.uninstall);
    const call = await world.api("GET", family.accountInfo);

    expect([removed.status, call.status, call.text("category")]).toEqual([204, 401, "INVALID_AUTHENTICATION"]);
    expect([world.installation.removed, world.installation.refreshToken === refreshToken]).toEqual([true, false]);
  });
});
