import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const event = (lead: string | number, portal: string) => ({ lead, portal });

describe("a signed delivery", () => {
  test("is stored before it is answered", async () => {
    await world.install("11");
    const response = await world.post([event(1, "11"), event(2, "11")]);
    expect(response.status).toBe(204);
    expect(await world.inbox("11")).toEqual([
      { subjectId: "1", subjectKind: "lead", state: "pending" },
      { subjectId: "2", subjectKind: "lead", state: "pending" },
    ]);
  });

  test("wakes the worker", async () => {
    await world.install("12");
    const woken = Promise.withResolvers<void>();
    const unlisten = await world.db.listen("inbox", woken.resolve);
    await world.post([event(1, "12")]);
    await expect(woken.promise).resolves.toBeUndefined();
    await unlisten();
  });

  test("twice, also at the same time, is stored once", async () => {
    await world.install("13");
    const answers = await Promise.all([1, 2, 3].map(() => world.post([event(1, "13"), event(2, "13")])));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await world.inbox("13")).toHaveLength(2);
  });

  test("of several portals reaches each one's workspace (B094)", async () => {
    await world.install("14");
    await world.install("15");
    await world.post([event("a", "14"), event("b", "15")]);
    expect([await world.inbox("14"), await world.inbox("15")]).toEqual([
      [expect.objectContaining({ subjectId: "a" })],
      [expect.objectContaining({ subjectId: "b" })],
    ]);
  });

  test("of an unknown portal is answered 204 and counted, its siblings are stored (B095)", async () => {
    await world.install("16");
    const response = await world.post([event(1, "16"), event(2, "999"), event(3, "999")]);
    expect(response.status).toBe(204);
    expect(await world.inbox("16")).toHaveLength(1);
    expect(await world.deps.metrics.text()).toContain('baton_events_total{result="unknown-portal"} 2');
  });

  test("of a portal that was unknown a moment ago and is installed now is stored", async () => {
    await world.post([event(1, "17")]);
    await world.install("17");
    await world.post([event(1, "17")]);
    expect(await world.inbox("17")).toHaveLength(1);
  });

  test("costs one statement once its connection is known", async () => {
    await world.install("18");
    await world.post([event(1, "18")]);
    const statements = watchStatements(world);
    await world.post([event(2, "18")]);
    const work = statements.filter((statement) => !statement.includes("pg_notify"));
    expect(work).toEqual([expect.stringContaining("insert into inbox")]);
  });
});

describe("above the high-water mark", () => {
  test("a delivery is told to come back, and taken when there is room again", async () => {
    const small = await startWorld({ highWater: 2 });
    await small.install("1");
    await small.post([event(1, "1"), event(2, "1")]);
    const full = await small.post([event(3, "1")]);
    await small.db.query.updateTable("inbox").set({ state: "done" }).execute();
    small.advance(1_000);
    const taken = await small.post([event(3, "1")]);
    await small.stop();
    expect([full.status, full.headers.get("retry-after"), taken.status]).toEqual([503, "30", 204]);
  });

  test("a burst that does not fit is not stored in part", async () => {
    const small = await startWorld({ highWater: 2 });
    await small.install("1");
    const { status } = await small.post([event(1, "1"), event(2, "1"), event(3, "1")]);
    const stored = await small.inbox("1");
    await small.stop();
    expect([status, stored]).toEqual([503, []]);
  });
});

describe("what is no delivery stores nothing", () => {
  beforeAll(() => world.install("21"));

  test.each([
    ["forged: no signature", JSON.stringify([event(1, "21")]), { "x-signature": "" }, 401],
    ["bad JSON, forged: it is not even read", "[{]", { "x-signature": "bad" }, 401],
    ["B049 empty body", "", {}, 400],
    ["B050 an object", "{}", {}, 400],
    ["B051 null", "null", {}, 400],
    ["B052 an empty list", "[]", {}, 204],
    ["B053 1 MB and one byte", `"${"x".repeat(1024 * 1024 - 1)}"`, {}, 413],
    ["B054 compressed", gzipSync("[]"), { "content-encoding": "gzip" }, 415],
    ["B058 plain text", "[]", { "content-type": "text/plain" }, 415],
    ["B059 another charset", "[]", { "content-type": "application/json; charset=utf-16" }, 415],
    ["B060 bytes that are not UTF-8", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), {}, 400],
    ["B061 a byte order mark", "\ufeff[]", {}, 400],
    ["B066 NaN", "[NaN]", {}, 400],
    ["not JSON", "[{]", {}, 400],
  ])("%s", async (_what, body, headers, status) => {
    const response = await world.post(body, headers);
    expect([response.status, await world.inbox("21")]).toEqual([status, []]);
  });

  test("every refusal has the one shape of errors", async () => {
    const response = await world.post("[]", { "x-signature": "bad" });
    expect(await response.json()).toEqual({
      error: { code: "wrong-signature", message: expect.stringContaining("check the client secret") },
    });
  });

  test("the answer gives the reason that the log gives", async () => {
    const response = await world.post("[]", { "x-signature": "" });
    expect(await response.json()).toEqual({
      error: { code: "no-signature", message: expect.stringContaining("carries no signature") },
    });
    expect(world.said.join("\n")).toContain('"because":"no-signature"');
  });
});

describe("odd elements park alone", () => {
  test("B063 one event and 99 pieces of junk: 1 waits, 99 are parked; the same again is stored once", async () => {
    await world.install("31");
    const junk = Array.from({ length: 99 }, (_, index) => ({ odd: index }));
    await world.post([event(1, "31"), ...junk]);
    await world.post([event(1, "31"), ...junk]);
    const states = (await world.inbox("31")).map(({ state }) => state);
    expect([states.length, states.filter((state) => state === "parked").length]).toEqual([100, 99]);
  });

  test("B062 ten thousand lists in each other are parked like any junk", async () => {
    await world.install("32");
    await world.post(`[{"lead":1,"portal":"32"},${"[".repeat(10_000)}${"]".repeat(10_000)}]`);
    expect((await world.inbox("32")).map(({ state }) => state)).toEqual(["pending", "parked"]);
  });

  test("B065 of two equal keys the last counts, as in every JSON parser", async () => {
    await world.install("33");
    await world.post('[{"portal":"33","lead":1,"lead":2}]');
    expect((await world.inbox("33")).map(({ subjectId }) => subjectId)).toEqual(["2"]);
  });

  test("text that no database can hold does not stop its siblings", async () => {
    await world.install("34");
    await world.post('[{"portal":"34","lead":"a\\u0000b\\ud800"},{"portal":"34","lead":2}]');
    expect(await world.inbox("34")).toHaveLength(2);
  });
});

/** Every statement from now on. */
function watchStatements({ db }: World): string[] {
  const statements: string[] = [];
  const executor = db.query.getExecutor();
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = (query) => {
    statements.push(query.sql.trim());
    return execute(query);
  };
  return statements;
}
