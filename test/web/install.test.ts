import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CrmError } from "../../src/errors.ts";
import { makeInstallState } from "../../src/pipeline/install-state.ts";
import { allConnections, findConnection } from "../../src/store/connections.ts";
import { activePolicy } from "../../src/store/policies.ts";
import { readTokens } from "../../src/store/tokens.ts";
import { anInstallation } from "./fake-crm.ts";
import { startWorld, type World } from "./world.ts";

const otherKeys = new Map([["v1", Buffer.alloc(32, 9)]]);
let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

/** What a browser does up to the CRM's page: where it was sent, and the cookie it keeps. */
async function begin(from: World = world) {
  const response = await fetch(`${from.url}/hubspot/install`, { redirect: "manual" });
  const target = new URL(response.headers.get("location") ?? "");
  const setCookie = response.headers.get("set-cookie") ?? "";
  return {
    response,
    target,
    setCookie,
    cookie: setCookie.split(";")[0] ?? "",
    state: target.searchParams.get("state") ?? "",
  };
}

/** What the CRM makes the browser do after it was asked. */
async function comeBack(query: Record<string, string>, cookie: string) {
  const url = `${world.url}/hubspot/oauth/callback?${new URLSearchParams(query)}`;
  const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
  return { status: response.status, page: await response.text(), headers: response.headers };
}

/** A page of the web edge, by its path. */
async function open(path: string | null) {
  const response = await fetch(`${world.url}${path}`);
  return { status: response.status, page: await response.text() };
}

async function installPortal(externalId: string) {
  const { state, cookie } = await begin();
  world.crm.codes.set(`code-${externalId}`, anInstallation({ externalId }));
  return comeBack({ code: `code-${externalId}`, state }, cookie);
}

const connection = (externalId: string) => findConnection(world.db.query, "hubspot", externalId);

describe("the beginning", () => {
  test("stores nothing: whoever only asks leaves no trace", async () => {
    await begin();
    expect(await world.db.query.selectFrom("oauthStates").selectAll().execute()).toEqual([]);
  });

  test("before any installation no page says that Baton is connected", async () => {
    expect(await open("/hubspot/installed")).toMatchObject({
      status: 404,
      page: expect.stringContaining("Baton is not connected"),
    });
  });

  test("sends the browser to the CRM with a sealed state of 256 random bits and our exact redirect address", async () => {
    const { response, target, state } = await begin();
    expect(response.status).toBe(302);
    expect(state).toMatch(/^[\w-]{96}$/);
    expect(target.searchParams.get("redirect_uri")).toBe(`${world.url}/hubspot/oauth/callback`);
  });

  test("gives each browser a state of its own, in a cookie that no script sees", async () => {
    const [first, second] = await Promise.all([begin(), begin()]);
    expect(first.state).not.toBe(second.state);
    expect(first.setCookie).toBe(
      `baton_install=${first.state}; Max-Age=600; Path=/hubspot/oauth; HttpOnly; SameSite=Lax`,
    );
  });

  test("at a public https address the cookie is for https alone, and the redirect address is the public one", async () => {
    const outside = await startWorld({ publicUrl: "https://baton.example.com" });
    const { setCookie, target } = await begin(outside);
    await outside.stop();
    expect(setCookie).toMatch(/; Secure$/);
    expect(target.searchParams.get("redirect_uri")).toBe("https://baton.example.com/hubspot/oauth/callback");
  });
});

describe("a granted installation", () => {
  test("makes a workspace with the policy, an active connection and sealed tokens, and says what comes next", async () => {
    const { headers } = await installPortal("101");
    const linked = await connection("101");
    expect(linked?.status).toBe("active");
    expect(await open(headers.get("location"))).toMatchObject({
      status: 200,
      page: expect.stringContaining("routes each lead"),
    });
    expect(await activePolicy(world.db.query, linked?.workspaceId ?? "")).toMatchObject({
      version: 1,
      text: "name: test policy\n",
    });
    expect(await readTokens(world.db.query, world.deps.keyring, linked?.id ?? "")).toEqual(anInstallation().tokens);
  });

  test("wakes the worker", async () => {
    const woken = Promise.withResolvers<void>();
    const unlisten = await world.db.listen("inbox", woken.resolve);
    await installPortal("102");
    await expect(woken.promise).resolves.toBeUndefined();
    await unlisten();
  });

  test("of a paused account revives it, with its workspace, its policy and what was probed", async () => {
    await installPortal("103");
    const before = await connection("103");
    const paused = { status: "paused" as const, pausedBecause: "the grant is gone", tokens: null };
    await world.db.query.updateTable("connections").set(paused).where("externalId", "=", "103").execute();
    await installPortal("103");
    expect(await connection("103")).toEqual({ ...before, grantNumber: 2 });
    expect(await activePolicy(world.db.query, before?.workspaceId ?? "")).toMatchObject({ version: 1 });
  });

  test("is seen by the web edge at once", async () => {
    await world.post([{ lead: 1, portal: "104" }]);
    await installPortal("104");
    const linked = await connection("104");
    await world.post([{ lead: 2, portal: "104" }]);
    expect(
      await world.db.query
        .selectFrom("inbox")
        .select("subjectId")
        .where("connectionId", "=", linked?.id ?? "")
        .execute(),
    ).toEqual([{ subjectId: "2" }]);
  });

  test("leads to a page of its own, which may be loaded again", async () => {
    const { status, headers } = await installPortal("106");
    const loads = [await open(headers.get("location")), await open(headers.get("location"))];
    expect(status).toBe(303);
    expect(loads.map(({ page }) => page.includes("<h1>Baton is connected</h1>"))).toEqual([true, true]);
  });

  test("takes the cookie back", async () => {
    const { headers } = await installPortal("105");
    expect(headers.get("set-cookie")).toContain("baton_install=; Max-Age=0");
  });
});

describe("what links nothing", () => {
  /** What comes back, and how many connections there are more than before. */
  async function attempt(query: Record<string, string>, cookie: string) {
    const before = (await allConnections(world.db.query)).length;
    const { status, page } = await comeBack(query, cookie);
    return { status, page, linked: (await allConnections(world.db.query)).length - before };
  }

  test("B067 no state", async () => {
    const { cookie } = await begin();
    const result = await attempt({ code: "c" }, cookie);
    expect(result).toMatchObject({ status: 400, linked: 0 });
    expect(result.page).toContain('<a href="/hubspot/install">');
  });

  test("B068 a state that was used", async () => {
    const { state, cookie } = await begin();
    world.crm.codes.set("first", anInstallation({ externalId: "201" }));
    world.crm.codes.set("second", anInstallation({ externalId: "202" }));
    await comeBack({ code: "first", state }, cookie);
    expect(await attempt({ code: "second", state }, cookie)).toMatchObject({ status: 400, linked: 0 });
  });

  test("B069 the state of another browser", async () => {
    const { state } = await begin();
    const { cookie } = await begin();
    expect(await attempt({ code: "c", state }, cookie)).toMatchObject({ status: 400, linked: 0 });
  });

  test.each([
    ["that we did not make", () => "x".repeat(43)],
    [
      "that we did not seal",
      () => makeInstallState({ currentKeyId: "v1", keys: otherKeys }, world.deps.now(), { workspaceId: null }),
    ],
    ["with another time", (own: string) => `B${own.slice(1)}`],
  ])("B069 a state %s, although the browser has it", async (_what, forge) => {
    const state = forge((await begin()).state);
    world.crm.codes.set("forged", anInstallation({ externalId: "206" }));
    const result = await attempt({ code: "forged", state }, `baton_install=${state}`);
    expect(result).toMatchObject({ status: 400, linked: 0 });
  });

  test("B070 a state older than ten minutes", async () => {
    const { state, cookie } = await begin();
    world.crm.codes.set("late", anInstallation({ externalId: "203" }));
    world.advance(600_001);
    expect(await attempt({ code: "late", state }, cookie)).toMatchObject({ status: 400, linked: 0 });
  });

  test("B071 a code that the CRM does not accept: the page says what to check", async () => {
    const { state, cookie } = await begin();
    const result = await attempt({ code: "used", state }, cookie);
    expect(result).toMatchObject({ status: 400, linked: 0, page: expect.stringContaining("client secret") });
  });

  test("B072 a refusal, and whatever is in its words is text", async () => {
    const { state, cookie } = await begin();
    const words = "not approved <script>alert(1)</script>";
    const result = await attempt({ error: "access_denied", error_description: words, state }, cookie);
    expect(result).toMatchObject({ status: 400, linked: 0, page: expect.stringContaining("&lt;script&gt;") });
    expect(result.page).not.toContain("<script>");
  });

  test("the words of a refusal that nobody asked for are not shown", async () => {
    const { cookie } = await begin();
    const { page } = await attempt({ error_description: "call this number", state: "x" }, cookie);
    expect(page).not.toContain("call this number");
  });

  test("B077 fewer permissions than asked for: the page says who can help", async () => {
    const { state, cookie } = await begin();
    const { exchangeCode } = world.crm;
    world.crm.exchangeCode = () => Promise.reject(new CrmError("missing-scope", "crm.objects.owners.read"));
    const result = await attempt({ code: "c", state }, cookie);
    world.crm.exchangeCode = exchangeCode;
    expect(result).toMatchObject({ status: 400, linked: 0, page: expect.stringContaining("super admin") });
  });

  test("B080 the same callback in two tabs at once links once", async () => {
    const { state, cookie } = await begin();
    world.crm.codes.set("twice", anInstallation({ externalId: "204" }));
    const answers = await Promise.all([1, 2].map(() => comeBack({ code: "twice", state }, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400]);
  });

  test("two installations of one account at once: one links it, the other is told so", async () => {
    const browsers = [await begin(), await begin()];
    const { exchangeCode } = world.crm;
    const bothAsk = Promise.withResolvers<void>();
    let asked = 0;
    world.crm.exchangeCode = async () => {
      asked += 1;
      if (asked === browsers.length) bothAsk.resolve();
      await bothAsk.promise;
      return anInstallation({ externalId: "205" });
    };
    const answers = await Promise.all(browsers.map(({ state, cookie }) => comeBack({ code: "c", state }, cookie)));
    world.crm.exchangeCode = exchangeCode;
    const [first, second] = answers.sort((a, b) => a.status - b.status);
    expect([first?.status, second?.status]).toEqual([303, 409]);
    expect(second?.page).toContain("connected by another installation");
    const workspaces = await world.db.query.selectFrom("workspaces").select("id").execute();
    const linked = (await allConnections(world.db.query)).map(({ workspaceId }) => workspaceId);
    expect(workspaces.map(({ id }) => id).sort()).toEqual(linked.sort());
  });

  test("a parameter that is given twice", async () => {
    const { state, cookie } = await begin();
    const url = `${world.url}/hubspot/oauth/callback?code=a&state=${state}&state=${state}`;
    expect((await fetch(url, { headers: { cookie } })).status).toBe(400);
  });
});
