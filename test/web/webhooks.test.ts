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

// reliability.md §5.4 has more of it: test/bad-inputs.
describe("what is no delivery stores nothing", () => {
  beforeAll(() => world.install("21"));

  test.each([
    ["forged: no signature", JSON.stringify([event(1, "21")]), { "x-signature": "" }, 401],
    ["bad JSON, forged: it is not even read", "[{]", { "x-signature": "bad" }, 401],
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

  test("who only looks at the address is told whose it is, in words that hold for a CRM without signatures", async () => {
    const response = await fetch(`${world.url}/hubspot/webhooks`);
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: { code: "no-signature", message: "Only what the CRM itself sends is taken here, by POST." } },
    ]);
  });

  test("the answer gives the reason that the log gives", async () => {
    const response = await world.post("[]", { "x-signature": "" });
    expect(await response.json()).toEqual({
      error: { code: "no-signature", message: expect.stringContaining("carries no signature") },
    });
    expect(world.said.join("\n")).toContain('"because":"no-signature"');
    expect(world.said.join("\n")).toContain("delivery refused: nothing proves that the CRM sent it");
  });
});

describe("odd elements", () => {
  test("are stored once, however often they come", async () => {
    await world.install("31");
    await world.post([event(1, "31"), { odd: 1 }]);
    await world.post([event(1, "31"), { odd: 1 }]);
    expect((await world.inbox("31")).map(({ state }) => state)).toEqual(["pending", "parked"]);
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
