import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { salesforce } from "../../src/crm/salesforce/index.ts";
import { CrmError } from "../../src/errors.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// What is made of calls that Salesforce refused as a whole.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
  await world.client.ensureSchema(sync);
});
afterEach(() => world.stop());

const aLead = () =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, { LastName: "Berg", Company: "One", Status: "MQL" }),
  );
const draft = (leadId: string) => ({
  ...{ key: "k", leadId, ownerId: world.reps[0], subject: "Call", body: "<p>Hi</p>", priority: "high" as const },
  ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null },
});
const writes = {
  "an update": (client = world.client) => client.updateLeads([{ key: "k", leadId: aLead(), stage: "Recycled" }], sync),
  "a task": (client = world.client) => client.createTasks([draft(aLead())], sync),
};
const reads = {
  "of leads": () => world.client.readLeads([aLead()], [], sync),
  "of accounts": () => world.client.listAccounts(null, [], sync),
};
const composite = "/services/data/:version/composite";
const routes = [`POST ${composite}`, `PATCH ${composite}/sobjects`, `POST ${composite}/graph`];
const refuseAll = (status: number, errorCode: string) => {
  for (const route of [...routes, "GET /services/data/:version/query"])
    world.sandbox.faults.add({ route, kind: "status-before", status, errorCode });
};

describe.each(Object.entries(writes))("%s", (_, write) => {
  test("§3.2 that finds no such resource was not done, and nothing is gone", async () => {
    refuseAll(404, "NOT_FOUND");

    expect((await write()).get("k")).toMatchObject({ kind: "retry" });
  });

  test.each([
    "API_CURRENTLY_DISABLED",
    "API_DISABLED_FOR_ORG",
  ])("§3.2 of an org whose API is off for now (%s) is sent again", async (code) => {
    refuseAll(403, code);

    expect((await write()).get("k")).toMatchObject({ kind: "retry" });
  });

  test("§3.2 that Baton's user may not do is refused as the account's matter", async () => {
    refuseAll(403, "INSUFFICIENT_ACCESS");

    expect((await write()).get("k")).toMatchObject({ kind: "refused", rule: "missing-scope INSUFFICIENT_ACCESS" });
  });

  test("§2.4 is not sent when the token that ran out cannot be renewed, and is known to be not done", async () => {
    for (const route of routes) world.sandbox.faults.add({ route, kind: "token-expired" });
    world.sandbox.faults.add({ route: "POST /services/oauth2/token", kind: "status-before", status: 503 });

    expect((await write()).get("k")).toMatchObject({ kind: "retry" });
  });
});

describe.each(Object.entries(reads))("a read %s", (_, read) => {
  test.each([
    [404, "NOT_FOUND"],
    [403, "API_CURRENTLY_DISABLED"],
  ])("§3.2 that is answered with %d %s is tried again later", async (status, code) => {
    refuseAll(status, code);

    await expect(read()).rejects.toMatchObject({ kind: "unavailable" });
  });
});

test.each([
  [new Error("The database is away."), "unavailable"],
  [new CrmError("unknown-outcome", "No answer."), "unavailable"],
  [new CrmError("unauthorized-final", "Gone."), "unauthorized-final"],
])("§2.4 without a token (%s) a call is %s", async (failure, kind) => {
  const none = () => Promise.reject(failure);
  const client = world.connect({ tokens: { get: none, renew: none, refreshToken: none } });
  const permit = await world.throttle.take("sync");

  await expect(client.listStages({ lane: "sync", permit })).rejects.toMatchObject({ kind });
  expect(world.throttle.state().inFlight).toBe(0);
});

test("§2.3 an app whose secret is no longer good asks for a person", async () => {
  const { sandbox, org, ownUserId, now } = world;
  const settings = { clientId: "baton", clientSecret: "wrong", loginUrl: sandbox.url, pubSubUrl: sandbox.pubSubUrl };
  const crm = salesforce({
    ...settings,
    leadAccountField: null,
    holidayNames: [],
    publicUrl: "https://app.example.com",
  });
  const held = sandbox.install({ orgId: org.id, userId: ownUserId });

  await expect(
    crm.refreshTokens({ ...held, lifetimeMs: 1, expiresAt: now().toISOString() }, now()),
  ).rejects.toMatchObject({ kind: "unauthorized-final" });
});

test("§2.3 an uninstall ends the token, which stands in no address and no error", async () => {
  const { accessToken: token } = world.sandbox.install({ orgId: world.org.id, userId: world.ownUserId });
  const access = async () => ({ token, instanceUrl: world.sandbox.url });
  const client = world.connect({ tokens: { get: access, renew: access, refreshToken: async () => null } });
  const route = "* /services/oauth2/revoke";
  world.sandbox.faults.add({ route, kind: "status-before", status: 503, times: 1 });
  const failure = await client.uninstall(sync).catch((error: unknown) => String(error));
  await client.uninstall(sync);

  expect(failure).toContain("POST /services/oauth2/revoke with 503");
  expect(failure).not.toContain(token);
  expect(JSON.stringify(world.sandbox.requests.list().map(({ path }) => path))).not.toContain("token=");
  await expect(client.listStages(sync)).rejects.toMatchObject({ kind: "unauthorized" });
});

test("§2.3 an uninstall ends the grant: no token that was given by it is any good, nor gives it another", async () => {
  const { accessToken: token, refreshToken } = world.sandbox.install({
    orgId: world.org.id,
    userId: world.ownUserId,
  });
  const access = async () => ({ token, instanceUrl: world.sandbox.url });
  const client = world.connect({ tokens: { get: access, renew: access, refreshToken: async () => refreshToken } });
  await client.uninstall(sync);

  await expect(client.listStages(sync)).rejects.toMatchObject({ kind: "unauthorized" });
  const held = { accessToken: token, refreshToken, lifetimeMs: 1, expiresAt: world.now().toISOString() };
  await expect(world.crm.refreshTokens(held, world.now())).rejects.toMatchObject({ kind: "unauthorized-final" });
});

test("an error holds nothing of what was asked for", async () => {
  refuseAll(503, "SERVER_UNAVAILABLE");

  await expect(world.client.findAccountsByDomain(["one.example"], sync)).rejects.toMatchObject({
    message: "Salesforce answered GET /query with 503 SERVER_UNAVAILABLE.",
  });
});
