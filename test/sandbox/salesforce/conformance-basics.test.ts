import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { to18 } from "../../../src/sandbox/salesforce/ids.ts";
import { eventually } from "../../eventually.ts";
import { type Conformance, codeOf, composite, errorOf, part, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };

describe("versions", () => {
  test("§8.5 /services/data/ lists them, to anybody and without Sforce-Limit-Info", async () => {
    const asked = await fetch(`${world.salesforce.url}/services/data/`);
    const known = await fetch(`${world.salesforce.url}/services/data`, {
      headers: { Authorization: `Bearer ${world.conn.accessToken}` },
    });
    expect(await asked.json()).toContainEqual({
      ...{ label: "Spring '26", url: "/services/data/v66.0", version: "66.0" },
    });
    expect([asked, known].map(({ headers }) => headers.get("Sforce-Limit-Info"))).toEqual([null, null]);
  });

  test.each([
    ["an unknown one", "99.0", 404, "NOT_FOUND"],
    ["one between two", "66.5", 404, "NOT_FOUND"],
    ["a retired one", "20.0", 410, "UNSUPPORTED_API_VERSION"],
  ])("§8.5 %s is refused", async (_, version, status, errorCode) => {
    const url = `/services/data/v${version}/limits`;
    const [inner] = (
      await world.conn.requestPost<{ compositeResponse: { httpStatusCode: number }[] }>("/composite", {
        compositeRequest: [{ method: "GET", url, referenceId: "limits" }],
      })
    ).compositeResponse;
    expect(await world.call("GET", "/limits", { version })).toMatchObject({ status, body: [{ errorCode }] });
    expect(inner?.httpStatusCode).toBe(status);
  });
});

describe("the daily pot", () => {
  test("§8.6 is in Sforce-Limit-Info of every answer, good or bad, and a composite counts once", async () => {
    await world.conn.sobject("Lead").create(lead);
    expect(world.conn.limitInfo).toEqual({ apiUsage: { used: 1, limit: 100_000 } });
    await world.conn.requestPost("/composite", composite({ a: part("GET", "/limits"), b: part("GET", "/limits") }));
    expect(world.conn.limitInfo.apiUsage?.used).toBe(2);
    const refused = await world.call("GET", "/sobjects/Nothing");
    expect([refused.status, refused.headers.get("Sforce-Limit-Info")]).toEqual([404, "api-usage=3/100000"]);
  });

  test("§8.6 once it is empty everything is 403 until calls of 24 hours ago count no more", async () => {
    const { org, conn, salesforce } = world;
    salesforce.sessions.settings.idleMs = Number.POSITIVE_INFINITY;
    org.limits.daily = 10;
    org.limits.spend(9);
    await conn.limits();
    const refused = await world.call("POST", "/sobjects/Lead", { body: lead });
    expect(refused).toMatchObject({
      ...{ status: 403, body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }] },
    });
    expect(refused.headers.get("Sforce-Limit-Info")).toBe("api-usage=10/10");
    world.advance(86_400_000);
    expect(await codeOf(conn.sobject("Lead").create(lead))).toBe("taken");
  });

  test("§8.6 the concurrent limit has words of its own", async () => {
    world.addFault({ kind: "concurrent-limit" });
    const refused = await world.call("GET", "/limits");
    expect(refused).toMatchObject({
      ...{ status: 403, body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED" }] },
    });
    expect(JSON.stringify(refused.body)).toContain("ConcurrentPerOrgLongTxn");
    expect(refused.headers.get("Sforce-Limit-Info")).toMatch(/^api-usage=/);
  });

  test("§8 Actions: /limits says what is left", async () => {
    const { DailyApiRequests } = await world.conn.limits();
    expect(DailyApiRequests).toEqual({ Max: 100_000, Remaining: 99_999 });
  });
});

describe("what goes wrong", () => {
  test("§8.6 503 SERVER_UNAVAILABLE: jsforce sends a POST once", async () => {
    world.addFault({ kind: "unavailable" });
    expect(await codeOf(world.conn.sobject("Lead").create(lead))).toBe("SERVER_UNAVAILABLE");
    expect(world.salesforce.requests.list().map(({ status }) => status)).toEqual([503]);
  });

  test("§8.6, §7.5 jsforce takes a maintenance page of 503 for the message, and one of 200 for the answer", async () => {
    world.addFault({ kind: "html", times: 1 });
    const error = await errorOf(world.conn.requestPost("/composite", {}));
    expect(error).toMatchObject({ errorCode: "ERROR_HTTP_503", message: expect.stringContaining("<html>") });
    world.addFault({ kind: "html", status: 200, times: 1 });
    expect(await world.conn.request("/limits")).toContain("<html>");
    world.addFault({ kind: "html", status: 200, times: 1 });
    await expect(world.conn.query("SELECT Id FROM Lead")).rejects.toThrow(TypeError);
  });

  test("§3.1 a query that makes too long a URL is refused, one of 400 ids is not", async () => {
    const ids = (count: number) =>
      Array.from({ length: count }, (_, index) => `'00Q${String(index).padStart(12, "0")}'`);
    const ask = (count: number) =>
      codeOf(world.conn.query(`SELECT Id FROM Lead WHERE Id IN (${ids(count).join(",")})`));
    expect([await ask(400), await ask(800)]).toEqual(["taken", "URI_TOO_LONG"]);
  });

  test("§8.6 a slow answer comes when its time has come", async () => {
    world.addFault({ kind: "latency", delayMs: 30_000 });
    let isThere = false;
    const answer = world.call("GET", "/limits").then(({ status }) => {
      isThere = true;
      return status;
    });
    await eventually(() => world.salesforce.requests.list()[0]?.applied === true);
    world.advance(29_999);
    expect(isThere).toBe(false);
    world.advance(1);
    expect(await answer).toBe(200);
  });

  test.each<[string, "drop-before" | "drop-after", number]>([
    ["before the commit nothing is written", "drop-before", 0],
    ["after it the write is there though its answer is lost", "drop-after", 1],
  ])("§8.6 a connection reset %s", async (_, kind, totalSize) => {
    world.addFault({ kind, times: 1 });
    await expect(world.conn.sobject("Lead").create(lead)).rejects.toThrow(/fetch failed|other side closed|hang up/);
    expect((await world.conn.query("SELECT COUNT() FROM Lead")).totalSize).toBe(totalSize);
  });
});

describe("ids", () => {
  test("§8.7 are taken with 15 and 18 characters, and come with 18 and the right suffix", async () => {
    const { conn, reps } = world;
    const { id = "" } = await conn.sobject("Lead").create({ ...lead, OwnerId: reps[0].slice(0, 15) });
    const short = id.slice(0, 15);
    expect([id.length, to18(short)]).toEqual([18, id]);
    await conn.sobject("Lead").update({ Id: short, Rating: "Hot" });
    expect(await conn.sobject("Lead").retrieve(short)).toMatchObject({ Id: id, OwnerId: reps[0], Rating: "Hot" });
    expect((await conn.query(`SELECT Id FROM Lead WHERE Id = '${short}'`)).records).toMatchObject([{ Id: id }]);
    await conn.sobject("Lead").destroy(short);
    expect(await codeOf(conn.sobject("Lead").retrieve(id))).toBe("ENTITY_IS_DELETED");
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ["no id", "me", {}, "MALFORMED_ID"],
    ["a wrong suffix", "00Q000000000001AAB", {}, "MALFORMED_ID"],
    ["an id of another object", "003000000000001AAA", {}, "MALFORMED_ID"],
    ["an id of nobody", "00Q000000000ZZZ", {}, "NOT_FOUND"],
    ["a reference to nobody", "", { OwnerId: "005000000000ZZZ" }, "INVALID_CROSS_REFERENCE_KEY"],
    ["a reference that is none", "", { OwnerId: "me" }, "MALFORMED_ID"],
    // What salesforce.md calls a wrong prefix: in a reference it is an integrity error.
    ["a reference to another object", "", { OwnerId: "001000000000001" }, "FIELD_INTEGRITY_EXCEPTION"],
  ])("§8.7 %s", async (_, id, values, code) => {
    const Id = id || world.aLead();
    expect(await codeOf(world.conn.sobject("Lead").update({ Id, ...values }))).toBe(code);
  });
});
