import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../src/sandbox/hubspot/faults.ts";
import { type Reply, valueAt } from "../api.ts";
import { families, startWorld, until, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const contacts = () => world.portal.records.get("0-1")?.size ?? 0;
const lastRequest = () => world.hubspot.requests.list().at(-1);

describe.each(families)("$name", (family) => {
  const create = (): Promise<Reply> =>
    world.api("POST", family.objects("contacts"), { properties: { email: "ada@one.example" } });
  const strike = (fault: Omit<Fault, "route">) =>
    world.hubspot.faults.add({ route: "POST /crm/objects/:version/contacts", times: 1, ...fault });

  test.each([
    500, 502, 503, 504,
  ])('hubspot.md §9 Rate limiting: "502/503/504 both before and after commit (ambiguous write)" before: %d, nothing written', async (status) => {
    strike({ kind: "status-before", status });
    const reply = await create();

    expect([reply.status, contacts(), lastRequest()?.applied]).toEqual([status, 0, false]);
    expect(reply.text("correlationId")).toBe(reply.headers.get("x-hubspot-correlation-id"));
  });

  test.each([
    500, 502, 503, 504,
  ])('hubspot.md §9 Rate limiting: "502/503/504 both before and after commit (ambiguous write)" after: %d, written all the same', async (status) => {
    strike({ kind: "status-after", status });
    const reply = await create();

    expect([reply.status, contacts(), lastRequest()?.applied]).toEqual([status, 1, true]);
  });

  test('hubspot.md §9 Rate limiting: "502/503/504 both before and after commit" a 504 whose effect comes later', async () => {
    strike({ kind: "late-effect", delayMs: 3_000 });
    const reply = await create();
    const atFirst = contacts();
    world.hubspot.clock.advance(3_000);

    expect([reply.status, atFirst, contacts(), lastRequest()?.applied]).toEqual([504, 0, 1, true]);
  });

  test('hubspot.md §9 Rate limiting: "dropped connections" before the effect', async () => {
    strike({ kind: "drop-before" });

    await expect(create()).rejects.toThrow("fetch failed");
    expect([contacts(), lastRequest()?.status]).toEqual([0, 0]);
  });

  test('hubspot.md §9 Rate limiting: "dropped connections" after the effect', async () => {
    strike({ kind: "drop-after" });

    await expect(create()).rejects.toThrow("fetch failed");
    expect([contacts(), lastRequest()?.status]).toEqual([1, 0]);
  });

  test('hubspot.md §9 Rate limiting: "HTML 502 body"', async () => {
    strike({ kind: "html" });
    const reply = await create();

    expect([reply.status, reply.headers.get("content-type"), reply.body, contacts()]).toEqual([
      502,
      "text/html",
      expect.stringContaining("<html>"),
      0,
    ]);
  });

  test('hubspot.md §9 Rate limiting: "dropped connections" in the middle of the body', async () => {
    strike({ kind: "truncated" });

    await expect(create()).rejects.toThrow("terminated");
    expect(contacts()).toBe(1);
  });

  test("reliability.md §3.10 surprise: 200 without a body, although it happened", async () => {
    strike({ kind: "empty" });
    const reply = await create();

    expect([reply.status, reply.body, contacts()]).toEqual([200, undefined, 1]);
  });

  test("reliability.md §3.10 surprise: 200 with an error", async () => {
    strike({ kind: "error-200" });
    const reply = await create();

    expect([reply.status, reply.text("status"), contacts()]).toEqual([200, "error", 0]);
  });

  test("reliability.md §3.10 surprise: 3xx to a path that is not there", async () => {
    strike({ kind: "redirect" });
    const reply = await create();

    expect([reply.status, contacts(), world.hubspot.requests.list().map(({ status }) => status)]).toEqual([
      404,
      0,
      [302, 404],
    ]);
  });

  test.each([
    [400, "VALIDATION_ERROR"],
    [404, "OBJECT_NOT_FOUND"],
    [409, "CONFLICT"],
  ])("hubspot.md §3.3: %d has its category", async (status, category) => {
    strike({ kind: "status-before", status });

    expect((await create()).text("category")).toBe(category);
  });

  test('hubspot.md §9 Rate limiting: "423 (2 s)"', async () => {
    strike({ kind: "locked" });
    const reply = await create();

    expect([reply.status, reply.text("message"), contacts()]).toEqual([423, expect.stringContaining("2 seconds"), 0]);
  });

  test('hubspot.md §9 Rate limiting: "477 + Retry-After"', async () => {
    strike({ kind: "migrating", retryAfter: 86_400 });
    const reply = await create();

    expect([reply.status, reply.headers.get("retry-after"), contacts()]).toEqual([477, "86400", 0]);
  });

  test.each([
    ["rate-limit", "TEN_SECONDLY_ROLLING"],
    ["search-rate-limit", "SECONDLY"],
    ["daily-limit", "DAILY"],
  ] as const)('hubspot.md §9 Rate limiting: "Switchable DAILY" %s is refused by %s', async (kind, policyName) => {
    strike({ kind, retryAfter: 7 });
    const reply = await create();

    expect([reply.status, reply.text("policyName"), reply.headers.get("retry-after"), contacts()]).toEqual([
      429,
      policyName,
      "7",
      0,
    ]);
  });

  test("hubspot.md §3.3 401: a token can be called expired before its time", async () => {
    strike({ kind: "token-expired" });
    const [first, second] = [await create(), await create()];

    expect([first.status, first.text("category"), second.status]).toEqual([401, "EXPIRED_AUTHENTICATION", 201]);
  });

  test('hubspot.md §9 Rate limiting: "slow responses" the answer waits on the sandbox\'s clock, the effect does not', async () => {
    strike({ kind: "latency", delayMs: 30_000 });
    const answer = create();
    await until(() => contacts() === 1);
    world.hubspot.clock.advance(30_000);

    expect([(await answer).status, lastRequest()?.durationMs]).toEqual([201, 30_000]);
  });
});

describe("faults of single rows", () => {
  const traced = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      objectWriteTraceId: `t${at}`,
      properties: { email: `row${at}@one.example` },
    }));
  const createAll = (count: number) =>
    world.api("POST", "/crm/objects/2026-09/contacts/batch/create", { inputs: traced(count) });
  const strike = (fault: Pick<Fault, "kind" | "rows" | "containing" | "status">) =>
    world.hubspot.faults.add({ route: "POST /crm/objects/:version/contacts/batch/create", ...fault });
  const failedIn = (reply: Reply) =>
    reply.list("errors").flatMap((entry) => valueAt(entry, "context.objectWriteTraceId") ?? []);

  test('hubspot.md §9 Objects: "trace-id partial failure" 37 of 100 fail by a fault, and are not written', async () => {
    strike({ kind: "rows-before", rows: 0.37 });
    const reply = await createAll(100);

    expect([reply.status, reply.list("results").length, contacts()]).toEqual([207, 63, 63]);
    expect(new Set(failedIn(reply)).size).toBe(37);
  });

  test("hubspot.md §3.3 500: a row that was answered with an error may have been written", async () => {
    strike({ kind: "rows-after", rows: 0.37 });
    const reply = await createAll(100);

    expect([reply.status, reply.list("results").length, contacts()]).toEqual([207, 63, 100]);
  });

  test("a rule refuses the rows that hold a text, with HubSpot's words for it", async () => {
    strike({ kind: "rows-before", containing: "row3@", status: 400 });
    const reply = await createAll(5);

    expect([reply.text("errors.0.category"), failedIn(reply)]).toEqual(["VALIDATION_ERROR", ["t3"]]);
  });
});

describe("faults of one record", () => {
  const named = (email: string) => ({ properties: { email } });
  const create = (email: string) =>
    world.api("POST", "/crm/objects/2026-09/contacts", named(email)).then((reply) => reply.text("id"));
  const post = (verb: string, inputs: object[]) =>
    world.api("POST", `/crm/objects/2026-09/contacts/batch/${verb}`, {
      inputs,
      properties: [],
      propertiesWithHistory: [],
    });

  test("hubspot.md §3.4: one record of an update fails with a category, its siblings are written", async () => {
    const [id, other] = [await create("ada@one.example"), await create("bo@one.example")];
    const route = "POST /crm/objects/:version/contacts/batch/update";
    world.hubspot.faults.add({ route, kind: "record-failed", record: id, category: "CONFLICT" });
    const properties = { city: "Rome" };
    const reply = await post("update", [
      { id, properties, objectWriteTraceId: "one" },
      { id: other, properties, objectWriteTraceId: "two" },
    ]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      { numErrors: 1, errors: [{ category: "CONFLICT", context: { objectWriteTraceId: ["one"] } }] },
    ]);
    const cityOf = (contactId: string) => world.portal.records.get("0-1")?.get(contactId)?.properties.get("city");
    expect([cityOf(id), cityOf(other)]).toEqual([undefined, "Rome"]);
  });

  test("hubspot.md §3.4: one record of a read fails, named by its id", async () => {
    const [id, other] = [await create("ada@one.example"), await create("bo@one.example")];
    world.hubspot.faults.add({ route: "*", kind: "record-failed", record: id });
    const reply = await post("read", [{ id }, { id: other }]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      { results: [{ id: other }], errors: [{ category: "INTERNAL_ERROR", context: { ids: [id] } }] },
    ]);
  });

  test("requests that do not name the record are spared", async () => {
    const [id, other] = [await create("ada@one.example"), await create("bo@one.example")];
    world.hubspot.faults.add({ route: "*", kind: "status-before", status: 404, record: id });

    expect([
      (await post("read", [{ id: other }])).status,
      (await post("read", [{ id: other }, { id }])).status,
    ]).toEqual([200, 404]);
  });
});

describe("which requests a fault strikes", () => {
  const info = () => world.api("GET", "/account-info/2026-09/details");

  test("as many as `times` says", async () => {
    world.hubspot.faults.add({ route: "*", kind: "status-before", status: 503, times: 2 });
    const statuses = [(await info()).status, (await info()).status, (await info()).status];

    expect([statuses, world.hubspot.faults.list()]).toEqual([[503, 503, 200], []]);
  });

  test("none of another portal, method or path", async () => {
    world.hubspot.faults.add({ route: "*", kind: "status-before", portalId: 777 });
    world.hubspot.faults.add({ route: "POST /account-info/:version/details", kind: "status-before" });
    world.hubspot.faults.add({ route: "GET /account-info/:version", kind: "status-before" });

    expect((await info()).status).toBe(200);
  });

  test("a share of them with `probability`, the same share for the same seed", async () => {
    world.hubspot.faults.add({ route: "*", kind: "status-before", status: 503, probability: 0.5 });
    const replies = await Promise.all(Array.from({ length: 60 }, info));
    const struck = replies.filter(({ status }) => status === 503).length;

    expect(struck).toBeGreaterThan(15);
    expect(struck).toBeLessThan(45);
  });

  test("none once it is removed", async () => {
    const { id } = world.hubspot.faults.add({ route: "*", kind: "status-before" });

    expect([world.hubspot.faults.remove(id), world.hubspot.faults.remove(id)]).toEqual([true, false]);
    expect((await info()).status).toBe(200);
  });

  test("the token endpoint too, by its dated or its own spelling", async () => {
    world.hubspot.faults.add({ route: "POST /oauth/:version/token", kind: "status-before", status: 503 });
    const reply = await world.apiAs(null)("POST", "/oauth/v1/token", {});

    expect(reply.status).toBe(503);
  });
});

describe("latency", () => {
  test("half of it passes before the effect, and reads and writes have ranges of their own", async () => {
    Object.assign(world.hubspot.latency, { readMs: [100, 100], writeMs: [200, 200] });
    const answer = world.api("POST", "/crm/objects/2026-09/contacts", { properties: { email: "ada@one.example" } });
    await until(() => world.hubspot.requests.list().length === 1);
    world.hubspot.clock.advance(99);
    const before = contacts();
    world.hubspot.clock.advance(1);
    await until(() => contacts() === 1);
    world.hubspot.clock.advance(100);

    expect([before, (await answer).status, lastRequest()?.durationMs]).toEqual([0, 201, 200]);
  });
});

describe("the request log", () => {
  test("keeps what came, in order, with what became of it", async () => {
    await world.api("POST", "/crm/v3/objects/contacts?trace=1", { properties: { email: "ada@one.example" } });
    await world.api("GET", "/nowhere");
    const [first, second] = world.hubspot.requests.list();

    expect(first).toEqual({
      id: 1,
      at: world.hubspot.clock.now(),
      portalId: 62515,
      appId: 54321,
      method: "POST",
      path: "/crm/v3/objects/contacts",
      route: expect.stringMatching(/^POST \/crm\/v3\/objects\//),
      query: { trace: "1" },
      body: { properties: { email: "ada@one.example" } },
      status: 201,
      durationMs: 0,
      fault: null,
      applied: true,
    });
    expect(second).toMatchObject({ id: 2, route: "", status: 404, applied: false });
  });

  test("answers what came since an id, and what one portal sent", async () => {
    await world.api("GET", "/first");
    await world.apiAs(null)("GET", "/second");
    const paths = (filter: { since?: number; portalId?: number }) =>
      world.hubspot.requests.list(filter).map(({ path }) => path);

    expect([paths({ since: 1 }), paths({ portalId: 62515 })]).toEqual([["/second"], ["/first"]]);
  });

  test("forgets on request, and counts on", async () => {
    await world.api("GET", "/first");
    world.hubspot.requests.clear();
    await world.api("GET", "/second");

    expect(world.hubspot.requests.list().map(({ id, path }) => [id, path])).toEqual([[2, "/second"]]);
  });
});
