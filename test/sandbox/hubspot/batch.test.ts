import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const ids = Array.from({ length: 20 }, (_, index) => String(500 + index));

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const contacts = ids.map((id) => ({ id, properties: { email: `c${id}@one.example` } }));
  seedPortal(world.portal, parseSeed({ contacts }));
});
afterEach(() => world.stop());

describe.each(families)("batches on $name", (family) => {
  const call = (rest: string, inputs: unknown[], more: Record<string, unknown> = {}) =>
    world.api("POST", family.objects("contacts", `batch/${rest}`), { inputs, ...more });
  const read = (inputs: unknown[], more: Record<string, unknown> = {}) =>
    call("read", inputs, { properties: ["email"], propertiesWithHistory: [], ...more });
  const emailOf = async (id: string) => (await read([{ id }])).text("results.0.properties.email");

  test.each([
    "read",
    "update",
    "create",
    "upsert",
    "archive",
  ])('hubspot.md §9 Objects: "Batch: > 100 → 400" (%s)', async (rest) => {
    const inputs = Array.from({ length: 101 }, (_, index) => ({ id: String(index), properties: {} }));
    const reply = await call(rest, inputs);

    expect([reply.status, reply.text("category")]).toEqual([400, "VALIDATION_ERROR"]);
  });

  test("hubspot.md §3.2: batch read with history takes 50", async () => {
    const inputs = Array.from({ length: 51 }, (_, index) => ({ id: String(500 + index) }));

    expect((await read(inputs, { propertiesWithHistory: ["email"] })).status).toBe(400);
    expect((await read(inputs)).status).toBe(207);
  });

  test.each(["read", "update", "archive"])('hubspot.md §9 Objects: "Batch: duplicate ids → 400" (%s)', async (rest) => {
    const input = { id: "500", properties: { city: "Paris" } };
    const reply = await call(rest, [input, input]);

    expect(reply.status).toBe(400);
    expect((await read([{ id: "500" }], { properties: ["city"] })).body).toMatchObject({
      results: [{ properties: { city: null } }],
    });
  });

  test('hubspot.md §9 Objects: "Batch: missing ids → 207 with context.ids"', async () => {
    await world.api("DELETE", family.objects("contacts", "501"));
    const reply = await read([{ id: "500" }, { id: "501" }, { id: "999" }]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      {
        status: "COMPLETE",
        results: [{ id: "500" }],
        numErrors: 1,
        errors: [{ status: "error", category: "OBJECT_NOT_FOUND", context: { ids: ["501", "999"] } }],
        startedAt: "2026-11-20T10:00:00.000Z",
        completedAt: "2026-11-20T10:00:00.000Z",
      },
    ]);
  });

  test('hubspot.md §9 Objects: "Batch: missing ids → 207" of an update, which reaches the others', async () => {
    const properties = { city: "Paris" };
    const reply = await call("update", [
      { id: "500", properties },
      { id: "999", properties },
    ]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      { results: [{ id: "500", properties }], errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["999"] } }] },
    ]);
  });

  test("hubspot.md §3.4: without trace ids one bad input of an update refuses all", async () => {
    const reply = await call("update", [
      { id: "500", properties: { email: "new@one.example" } },
      { id: "501", properties: { hs_lead_status: "nonsense" } },
    ]);

    expect([reply.status, reply.text("errors.0.code"), await emailOf("500")]).toEqual([
      400,
      "INVALID_OPTION",
      "c500@one.example",
    ]);
  });

  test('hubspot.md §9 Objects: "trace-id partial failure" of an update', async () => {
    const reply = await call("update", [
      { id: "500", properties: { city: "Paris" }, objectWriteTraceId: "good" },
      { id: "501", properties: { hs_lead_status: "nonsense" }, objectWriteTraceId: "bad" },
      { id: "999", properties: { city: "Paris" }, objectWriteTraceId: "gone" },
    ]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      { results: [{ id: "500", objectWriteTraceId: "good", properties: { city: "Paris" } }], numErrors: 2 },
    ]);
    expect(reply.list("errors")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          category: "VALIDATION_ERROR",
          context: { objectWriteTraceId: ["bad"] },
          errors: [expect.objectContaining({ code: "INVALID_OPTION" })],
        }),
        expect.objectContaining({ category: "OBJECT_NOT_FOUND", context: { objectWriteTraceId: ["gone"] } }),
      ]),
    );
  });

  test('hubspot.md §9 Objects: "trace-id partial failure" of a create', async () => {
    const reply = await call("create", [
      { properties: { email: "new@one.example" }, objectWriteTraceId: "good" },
      { properties: { email: "c500@one.example" }, objectWriteTraceId: "bad" },
    ]);

    expect([reply.status, reply.body]).toMatchObject([
      207,
      {
        results: [{ objectWriteTraceId: "good", properties: { email: "new@one.example" } }],
        numErrors: 1,
        errors: [{ category: "CONFLICT", context: { objectWriteTraceId: ["bad"] } }],
      },
    ]);
  });

  test("hubspot.md §3.4: a create without trace ids is 201, and one bad input fails all", async () => {
    const good = await call("create", [
      { properties: { email: "a@two.example" } },
      { properties: { email: "b@two.example" } },
    ]);
    const bad = await call("create", [
      { properties: { email: "c@two.example" } },
      { properties: { email: "nonsense" } },
    ]);
    const clash = await call("create", [
      { properties: { email: "d@two.example" } },
      { properties: { email: "D@two.example" } },
    ]);
    const search = await read(
      ["a", "c", "d"].map((name) => ({ id: `${name}@two.example` })),
      { idProperty: "email" },
    );

    expect([good.status, good.list("results").length, bad.status, clash.status]).toEqual([201, 2, 400, 400]);
    expect([search.list("results").length, valueAt(search.body, "errors.0.context.ids")]).toEqual([
      1,
      ["c@two.example", "d@two.example"],
    ]);
  });

  test('hubspot.md §9 Objects: "Batch: results shuffled"', async () => {
    const reply = await read(ids.map((id) => ({ id })));
    const answered = reply.list("results").map((result) => valueAt(result, "id"));

    expect(answered).not.toEqual(ids);
    expect([...answered].sort()).toEqual(ids);
  });

  test("hubspot.md §3.4: reads by unique property and of archived records", async () => {
    await world.api("DELETE", family.objects("contacts", "501"));
    const byEmail = await read([{ id: "C500@one.example" }], { idProperty: "email" });
    const archived = await world.api("POST", family.objects("contacts", "batch/read?archived=true"), {
      inputs: [{ id: "500" }, { id: "501" }],
      properties: [],
      propertiesWithHistory: [],
    });

    expect(byEmail.text("results.0.id")).toBe("500");
    expect([archived.text("results.0.id"), valueAt(archived.body, "errors.0.context.ids")]).toEqual(["501", ["500"]]);
  });

  test("hubspot.md §4.1: upsert creates or updates by a unique property and says which", async () => {
    const reply = await call("upsert", [
      { id: "c500@one.example", idProperty: "email", properties: { city: "Paris" } },
      { id: "new@one.example", idProperty: "email", properties: { city: "Rome" } },
    ]);

    expect(reply.status).toBe(200);
    expect(reply.list("results")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "500", new: false, properties: expect.objectContaining({ city: "Paris" }) }),
        expect.objectContaining({ new: true, properties: expect.objectContaining({ email: "new@one.example" }) }),
      ]),
    );
  });

  test("hubspot.md §4.1: batch archive answers 204, also for what is gone already", async () => {
    const reply = await call("archive", [{ id: "500" }, { id: "999" }]);

    expect([reply.status, (await read([{ id: "500" }])).list("results")]).toEqual([204, []]);
  });
});
