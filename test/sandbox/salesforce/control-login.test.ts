import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { callApi, type Reply, valueAt } from "../api.ts";
import { postForm } from "../hubspot/world.ts";
import { type ControlWorld, startAt, startControlWorld } from "./control-world.ts";
import { challengeOf, client, redirectUri, verifier } from "./login-world.ts";

let world: ControlWorld;
beforeEach(async () => {
  world = await startControlWorld();
});
afterEach(() => world.stop());

const control = (...call: Parameters<ControlWorld["control"]>) => world.control(...call);
const post = (path: string, fields: Record<string, string>): Promise<Reply> =>
  postForm(`${world.salesforce.url}/services/oauth2/${path}`, fields);
const refresh = (token: string) => post("token", { ...client, grant_type: "refresh_token", refresh_token: token });
const login = () => post("token", { ...client, grant_type: "client_credentials" });
const install = (more: object = {}) => control("POST", "/installations", { orgId: world.org.id, ...more });
const callAs = async (token: string) =>
  (await callApi(`${world.salesforce.url}/services/data/v66.0`, token)("GET", "/limits")).status;

describe("installations", () => {
  test("§8.1 the app is installed as a user and listed, and both of its tokens are good", async () => {
    const { ada } = world.ids;
    const installed = await install({ orgId: world.org.id.slice(0, 15), userId: ada.slice(0, 15) });
    expect([installed.status, installed.body]).toMatchObject([201, { orgId: world.org.id, userId: ada }]);
    expect((await control("GET", "/installations")).body).toEqual({
      results: [{ clientId: "baton", orgId: world.org.id, userId: ada }],
    });
    expect(await callAs(installed.text("accessToken"))).toBe(200);
    expect((await refresh(installed.text("refreshToken"))).text("id")).toContain(ada);
    expect((await login()).text("id")).toContain(ada);
  });

  test("§2.2 without a user it runs as the first with the profile for integrations, else as the first", async () => {
    expect((await install()).text("userId")).toBe(world.ids.admin);
    const profile = "Minimum Access - API Only Integrations";
    const user = { FirstName: "Baton", LastName: "Integration", Email: "baton@acme.example", profile };
    await world.inOrg("POST", "/seed", { users: [user] });
    const userId = (await install()).text("userId");
    expect(world.row("User", userId).Name).toBe("Baton Integration");
    await world.inOrg("PATCH", `/users/${userId}`, { isFrozen: true });
    expect((await install()).text("userId")).toBe(world.ids.admin);
  });

  test("§8.4 a customer takes it out: its tokens are void and login gives no more", async () => {
    const installed = await install();
    const { id } = world.org;
    expect((await control("POST", "/installations/uninstall", { orgId: id })).status).toBe(204);
    expect(await callAs(installed.text("accessToken"))).toBe(401);
    expect((await refresh(installed.text("refreshToken"))).text("error")).toBe("invalid_grant");
    expect((await login()).text("error")).toBe("OAUTH_EC_APP_NOT_FOUND");
    expect((await control("GET", "/installations")).body).toEqual({ results: [] });
    expect(await control("POST", "/installations/uninstall", { orgId: id })).toMatchObject({
      ...{ status: 404, body: { message: `The app is not installed in org ${id}` } },
    });
  });

  test.each([
    [{}, 400, "`orgId` must be an id of 15 or 18 characters"],
    [{ orgId: "00D000000000009" }, 404, "There is no org 00D000000000009EAA"],
    [{ userId: "005000000000999" }, 400, "There is no user 005000000000999AAA"],
  ])("%j is refused, and nothing is installed", async (body, status, message) => {
    const orgId = "userId" in body ? { orgId: world.org.id } : {};
    expect(await control("POST", "/installations", { ...orgId, ...body })).toMatchObject({ status, body: { message } });
    expect((await control("GET", "/installations")).list("results")).toEqual([]);
  });

  test("§8.4 an org in which nobody may log in has no user to run it as", async () => {
    const { body } = await control("POST", "/orgs", {});
    expect(await control("POST", "/installations", { orgId: valueAt(body, "id") })).toMatchObject({
      ...{ status: 400, body: { message: "The org has no user who may log in" } },
    });
  });
});

describe("switches of the login", () => {
  const bend = (change: object) => control("PATCH", "/login", change);

  test.each([
    ["app-blocked", "OAUTH_APP_BLOCKED"],
    ["access-denied", "OAUTH_APP_ACCESS_DENIED"],
    ["ip-restricted", "invalid_grant"],
    ["not-installed", "OAUTH_EC_APP_NOT_FOUND"],
    ["inactive-org", "invalid_grant"],
    ["rate-exceeded", "invalid_grant"],
    ["invalid-grant", "invalid_grant"],
  ])("§8.4 %s refuses a refresh until it is ended", async (name, error) => {
    const token = (await install()).text("refreshToken");
    const { id } = world.org;
    const bent = await bend({ refusals: { [id.slice(0, 15)]: name } });
    expect(bent.body).toEqual({ refusals: { [id]: name }, closedApis: {}, refreshedInstanceUrls: {} });
    expect((await refresh(token)).text("error")).toBe(error);
    await bend({ refusals: { [id]: null } });
    expect((await refresh(token)).status).toBe(200);
  });

  test("§8.3 an org's APIs take no session while login gives them", async () => {
    await install();
    await bend({ closedApis: { [world.org.id]: true } });
    const token = (await login()).text("access_token");
    expect(await callAs(token)).toBe(401);
    expect((await control("GET", "/login")).body).toMatchObject({ closedApis: { [world.org.id]: true } });
    expect((await bend({ closedApis: { [world.org.id]: false } })).body).toMatchObject({ closedApis: {} });
    expect(await callAs(token)).toBe(200);
  });

  test("§8.3 a refresh answers another instance_url until it is the org's own again", async () => {
    const first = (await install()).text("refreshToken");
    await bend({ refreshedInstanceUrls: { [world.org.id]: "http://127.0.0.1:9" } });
    const moved = await refresh(first);
    expect(moved.text("instance_url")).toBe("http://127.0.0.1:9");
    await bend({ refreshedInstanceUrls: { [world.org.id]: null } });
    expect((await refresh(moved.text("refresh_token"))).text("instance_url")).toBe(world.salesforce.url);
  });

  test.each<[object, number, string]>([
    [{ mood: "bad" }, 400, "There is no `mood`"],
    [{ refusals: { "00D000000000001": "no" } }, 400, "`refusals` must be an object, each value one of invalid-grant"],
    [{ closedApis: ["00D000000000001"] }, 400, "`closedApis` must be an object, each value true or false"],
    [{ refreshedInstanceUrls: { "00D000000000001": "x" } }, 400, "`refreshedInstanceUrls` must be an object"],
    [{ closedApis: { "00D000000000009": true } }, 404, "There is no org 00D000000000009"],
  ])("%j is refused, and nothing is bent", async (change, status, message) => {
    const reply = await bend({ refusals: { [world.org.id]: "app-blocked" }, ...change });
    expect([reply.status, reply.text("message")]).toEqual([status, expect.stringContaining(message)]);
    expect((await control("GET", "/login")).body).toEqual({ refusals: {}, closedApis: {}, refreshedInstanceUrls: {} });
  });
});

describe("a user who may not log in", () => {
  test.each([
    ["is frozen", { isFrozen: true }, { isFrozen: false }],
    ["left", { isActive: false }, { isActive: true }],
  ])("§4.4 one who %s loses the sessions at once, and gets others only when that is over", async (_, out, back) => {
    const { ada } = world.ids;
    const installed = await install({ userId: ada });
    const change = (body: object) => world.inOrg("PATCH", `/users/${ada}`, body);
    await change(out);
    expect(await callAs(installed.text("accessToken"))).toBe(401);
    const told = { error: "invalid_grant", error_description: "inactive user" };
    expect((await refresh(installed.text("refreshToken"))).body).toEqual(told);
    expect((await login()).body).toEqual(told);
    await change(back);
    expect(await callAs(installed.text("accessToken"))).toBe(401);
    expect((await refresh(installed.text("refreshToken"))).status).toBe(200);
  });

  test("§4.4 one who is frozen is not offered for a login, and cannot consent", async () => {
    const { ada } = world.ids;
    await install();
    const asked = {
      ...{ response_type: "code", client_id: "baton", redirect_uri: redirectUri },
      ...{ code_challenge: challengeOf(verifier), code_challenge_method: "S256" },
    };
    const page = async () =>
      (await fetch(`${world.salesforce.url}/services/oauth2/authorize?${new URLSearchParams(asked)}`)).text();
    expect(await page()).toContain(ada);
    await world.inOrg("PATCH", `/users/${ada}`, { isFrozen: true });
    expect(await page()).not.toContain(ada);
    const consent = await post("authorize", { ...asked, user: `${world.org.id}/${ada}`, decision: "allow" });
    expect(consent.status).toBe(400);
  });
});

describe("sessions of an org", () => {
  const tokens = async () => (await world.inOrg("GET", "/tokens")).list("results");

  test("§8.3 a user gets one without the OAuth pages, and it is listed while it lives", async () => {
    const { ada } = world.ids;
    const given = await world.inOrg("POST", "/tokens", { userId: ada.slice(0, 15) });
    const times = { issuedAt: startAt, lastUsedAt: startAt };
    expect(given.status).toBe(201);
    expect(given.body).toEqual({ accessToken: expect.any(String), userId: ada, clientId: "baton", ...times });
    expect(await callAs(given.text("accessToken"))).toBe(200);
    expect(await tokens()).toEqual([expect.objectContaining({ userId: world.ids.admin }), given.body]);
    await control("POST", "/clock/advance", { ms: 7_200_000 });
    expect(await tokens()).toEqual([]);
  });

  test("§8.3 those of another org are not listed", async () => {
    const { body } = await control("POST", "/orgs", {});
    expect((await control("GET", `/orgs/${valueAt(body, "id")}/tokens`)).list("results")).toEqual([]);
  });

  test("§4.4 one who is frozen gets none, nor does nobody", async () => {
    const { ada } = world.ids;
    await world.inOrg("PATCH", `/users/${ada}`, { isFrozen: true });
    const told = async (userId: string) => (await world.inOrg("POST", "/tokens", { userId })).body;
    expect(await told(ada)).toEqual({ message: `The user ${ada} may not log in` });
    expect(await told("005000000000999")).toEqual({ message: "There is no user 005000000000999AAA" });
    expect(await tokens()).toHaveLength(1);
  });
});
