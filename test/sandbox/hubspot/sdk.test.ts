import { AssociationTypes, Client } from "@hubspot/api-client";
import { AssociationSpecAssociationCategoryEnum as Category } from "@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js";
import { AssociationSpecAssociationCategoryEnum as ContactCategory } from "@hubspot/api-client/lib/codegen/crm/contacts/models/AssociationSpec.js";
import { FilterOperatorEnum } from "@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { postForm, startWorld, until, type World } from "./world.ts";

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = new Client({ basePath: world.hubspot.url, accessToken: world.token });
});
afterEach(() => world.stop());

const contact = (name: string) => ({ properties: { email: `${name}@one.example`, firstname: name } });
const aContact = async (name = "ada") => (await client.crm.contacts.basicApi.create(contact(name))).id;
const aTask = async () =>
  (
    await client.crm.objects.tasks.basicApi.create({
      properties: { hs_timestamp: "2026-11-20T15:30:00.000Z", hs_task_subject: "Call new MQL" },
    })
  ).id;

describe("hubspot.md §3.6 typed methods of the official SDK: contacts", () => {
  test("basicApi creates, reads, updates and archives", async () => {
    const id = await aContact();
    await client.crm.contacts.basicApi.update(id, { properties: { firstname: "Augusta" } });
    const read = await client.crm.contacts.basicApi.getById(id, ["firstname", "phone"], ["firstname"]);
    await client.crm.contacts.basicApi.archive(id);

    expect([read.properties.firstname, read.properties.phone, read.createdAt]).toEqual([
      "Augusta",
      null,
      new Date(world.hubspot.clock.now()),
    ]);
    expect(read.propertiesWithHistory?.firstname?.map(({ value }) => value)).toEqual(["Augusta", "ada"]);
    await expect(client.crm.contacts.basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
  });

  test("basicApi lists page by page", async () => {
    const ids = [await aContact("ada"), await aContact("bob"), await aContact("cyd")];
    const first = await client.crm.contacts.basicApi.getPage(2);
    const second = await client.crm.contacts.basicApi.getPage(2, first.paging?.next?.after);

    expect([...first.results, ...second.results].map(({ id }) => id)).toEqual(ids);
    expect(second.paging).toBeUndefined();
  });

  test("batchApi creates, reads, updates and archives", async () => {
    const { batchApi } = client.crm.contacts;
    const created = await batchApi.create({ inputs: [contact("ada"), contact("bob")] });
    const inputs = created.results.map(({ id }) => ({ id }));
    await batchApi.update({ inputs: inputs.map(({ id }) => ({ id, properties: { jobtitle: "Buyer" } })) });
    const read = await batchApi.read({ inputs, properties: ["jobtitle"], propertiesWithHistory: [] });
    await batchApi.archive({ inputs });
    const gone = await batchApi.read({ inputs, properties: [], propertiesWithHistory: [] });

    expect(read.results.map(({ properties }) => properties.jobtitle)).toEqual(["Buyer", "Buyer"]);
    expect(gone).toMatchObject({ status: "COMPLETE", results: [], numErrors: 1 });
  });

  test("batchApi upserts by e-mail and says what is new", async () => {
    await aContact("ada");
    const input = (name: string) => ({
      id: `${name}@one.example`,
      idProperty: "email",
      properties: { jobtitle: "Buyer" },
    });
    const { results } = await client.crm.contacts.batchApi.upsert({ inputs: [input("ada"), input("bob")] });

    expect(results.map((result) => [result.properties.email, result._new]).sort()).toEqual([
      ["ada@one.example", false],
      ["bob@one.example", true],
    ]);
  });

  test("searchApi finds what has been indexed", async () => {
    const id = await aContact("ada");
    world.hubspot.clock.advance(60_000);
    const found = await client.crm.contacts.searchApi.doSearch({
      filterGroups: [
        { filters: [{ propertyName: "email", operator: FilterOperatorEnum.Eq, value: "ada@one.example" }] },
      ],
      sorts: ["-createdate"],
      properties: ["firstname"],
      limit: 10,
    });

    expect([found.total, found.results.map((result) => result.id)]).toEqual([1, [id]]);
  });

  test("basicApi merges, and erases for privacy", async () => {
    const [primary, other] = [await aContact("ada"), await aContact("bob")];
    const merged = await client.crm.contacts.basicApi.merge({ primaryObjectId: primary, objectIdToMerge: other });
    await client.crm.contacts.basicApi.purge({ objectId: merged.id });

    await expect(client.crm.contacts.basicApi.getById(merged.id)).rejects.toMatchObject({ code: 404 });
  });

  test("an ApiException carries HubSpot's error body", async () => {
    const wrong = client.crm.contacts.basicApi.create({ properties: { no_such_property: "x" } });

    await expect(wrong).rejects.toMatchObject({
      code: 400,
      body: { status: "error", category: "VALIDATION_ERROR", correlationId: expect.any(String) },
    });
  });
});

describe("hubspot.md §3.6 typed methods of the official SDK: other objects", () => {
  test("companies, deals and tasks", async () => {
    world.installation.scopes.push("crm.objects.deals.write");
    const company = await client.crm.companies.basicApi.create({ properties: { name: "One", domain: "one.example" } });
    const deal = await client.crm.deals.basicApi.create({
      properties: { dealname: "First", pipeline: "default", dealstage: "appointmentscheduled" },
    });
    const task = await aTask();
    const read = [
      await client.crm.companies.basicApi.getById(company.id, ["domain"]),
      await client.crm.deals.basicApi.getById(deal.id, ["dealstage"]),
      await client.crm.objects.tasks.basicApi.getById(task, ["hs_task_status"]),
    ];

    expect(read.map(({ properties }) => properties)).toMatchObject([
      { domain: "one.example" },
      { dealstage: "appointmentscheduled" },
      { hs_task_status: "NOT_STARTED" },
    ]);
  });

  test("a task is created with an inline association to its contact", async () => {
    const contactId = await aContact();
    const task = await client.crm.objects.tasks.basicApi.create({
      properties: { hs_timestamp: "1790000000000", hs_task_subject: "Call" },
      associations: [
        {
          to: { id: contactId },
          types: [
            {
              associationCategory: ContactCategory.HubspotDefined,
              associationTypeId: AssociationTypes.taskToContact,
            },
          ],
        },
      ],
    });
    const page = await client.crm.associations.v4.basicApi.getPage("tasks", task.id, "contacts");

    expect(page.results.map(({ toObjectId }) => toObjectId)).toEqual([contactId]);
  });

  test("owners: a page and one", async () => {
    const owner = {
      id: "41",
      userId: 410,
      email: "rep@one.example",
      firstName: "Rae",
      lastName: "Rep",
      type: "PERSON" as const,
      archived: false,
      createdAt: world.hubspot.clock.now(),
      updatedAt: world.hubspot.clock.now(),
      teams: [],
    };
    world.portal.owners.set(owner.id, owner);
    const page = await client.crm.owners.ownersApi.getPage();
    const one = await client.crm.owners.ownersApi.getById(410, "userId");

    expect([page.results.map(({ id }) => id), one.email]).toEqual([["41"], "rep@one.example"]);
  });

  test("associations v4: default, labelled, batch read, archive", async () => {
    const [contactId, taskId] = [await aContact(), await aTask()];
    const { basicApi, batchApi } = client.crm.associations.v4;
    await basicApi.createDefault("tasks", taskId, "contacts", contactId);
    await basicApi.create("tasks", taskId, "contacts", contactId, [
      { associationCategory: Category.HubspotDefined, associationTypeId: AssociationTypes.taskToContact },
    ]);
    const linked = await batchApi.getPage("tasks", "contacts", { inputs: [{ id: taskId }] });
    await basicApi.archive("tasks", taskId, "contacts", contactId);
    const unlinked = await basicApi.getPage("tasks", taskId, "contacts");

    expect(linked.results.map(({ _from, to }) => [_from.id, to.map(({ toObjectId }) => toObjectId)])).toEqual([
      [taskId, [contactId]],
    ]);
    expect(unlinked.results).toEqual([]);
  });

  test("properties, groups and pipelines", async () => {
    await client.crm.properties.groupsApi.create("contacts", { name: "baton", label: "Baton", displayOrder: 1 });
    const stages = await client.crm.pipelines.pipelinesApi.getAll("deals");
    const property = await client.crm.properties.coreApi.getByName("contacts", "lifecyclestage");
    const groups = await client.crm.properties.groupsApi.getAll("contacts");

    expect(stages.results[0]?.stages[0]?.metadata).toMatchObject({ isClosed: "false" });
    expect(property.options.map(({ value }) => value)).toContain("marketingqualifiedlead");
    expect(groups.results.map(({ name }) => name)).toContain("baton");
  });
});

describe("hubspot.md §3.6 typed methods of the official SDK: OAuth v1", () => {
  const redirectUri = "http://localhost:3000/callback";

  async function aCode(): Promise<string> {
    const reply = await postForm(`${world.hubspot.url}/oauth/authorize`, {
      client_id: "baton",
      redirect_uri: redirectUri,
      scope: world.hubspot.apps[0]?.requiredScopes.join(" ") ?? "",
      portal_id: String(world.portal.id),
      decision: "allow",
    });
    return new URL(reply.headers.get("location") ?? "").searchParams.get("code") ?? "";
  }

  test("tokensApi exchanges a code, refreshes, and accessTokensApi describes the token", async () => {
    const { tokensApi, accessTokensApi } = client.oauth;
    const first = await tokensApi.create("authorization_code", await aCode(), redirectUri, "baton", "secret");
    const second = await tokensApi.create("refresh_token", undefined, undefined, "baton", "secret", first.refreshToken);
    const info = await accessTokensApi.get(second.accessToken);

    expect([first.expiresIn, second.refreshToken, info.hubId]).toEqual([1800, first.refreshToken, world.portal.id]);
  });

  test("tokensApi throws BAD_REFRESH_TOKEN once the app is uninstalled", async () => {
    const refreshToken = world.installation.refreshToken;
    world.hubspot.uninstall({ portalId: world.portal.id, appId: world.installation.appId });
    const refused = client.oauth.tokensApi.create(
      "refresh_token",
      undefined,
      undefined,
      "baton",
      "secret",
      refreshToken,
    );

    await expect(refused).rejects.toMatchObject({ code: 400, body: { status: "BAD_REFRESH_TOKEN" } });
  });
});

describe("hubspot.md §3.6 numberOfApiCallRetries: n attempts, waits told by our bodies", () => {
  // The SDK's own setTimeout is moved by hand; sockets and the sandbox do not use the global one here.
  beforeEach(() => {
    const real = [
      "setImmediate",
      "nextTick",
      "queueMicrotask",
      "setInterval",
      "Date",
      "performance",
      "hrtime",
    ] as const;
    jest.useFakeTimers({ doNotFake: [...real, "clearInterval", "clearImmediate"] });
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const retrying = () =>
    new Client({ basePath: world.hubspot.url, accessToken: world.token, numberOfApiCallRetries: 3 });
  const statuses = () => world.hubspot.requests.list().map(({ status }) => status);

  /** Lets the SDK's wait and the sandbox's clock pass together. */
  async function pass(ms: number): Promise<void> {
    await until(() => jest.getTimerCount() > 0);
    world.hubspot.clock.advance(ms);
    jest.advanceTimersByTime(ms);
  }

  test("a real ten-second limit: refused at the 111th, answered 10 s later", async () => {
    const sdk = retrying();
    await Promise.all(Array.from({ length: 110 }, () => world.api("GET", "/account-info/v3/details")));
    world.hubspot.requests.clear();
    const created = sdk.crm.contacts.basicApi.create(contact("ada"));
    await pass(10_000);

    expect([(await created).properties.email, statuses()]).toEqual(["ada@one.example", [429, 201]]);
  });

  test("a real search limit: refused at the sixth, answered 1 s later", async () => {
    const sdk = retrying();
    const search = () => sdk.crm.contacts.searchApi.doSearch({ filterGroups: [], sorts: [], properties: [], limit: 1 });
    await Promise.all([search(), search(), search(), search(), search()]);
    world.hubspot.requests.clear();
    const sixth = search();
    await pass(1_000);

    expect([(await sixth).total, statuses()]).toEqual([0, [429, 200]]);
  });

  test("5xx: waits 200 ms, then 400 ms, and creates once more after an effect it did not see", async () => {
    const sdk = retrying();
    world.hubspot.faults.add({ route: "*", kind: "status-before", status: 503, times: 1 });
    world.hubspot.faults.add({ route: "*", kind: "status-after", status: 502, times: 1 });
    const created = sdk.crm.objects.notes.basicApi.create({
      properties: { hs_timestamp: "1790000000000", hs_note_body: "x" },
    });
    await pass(200);
    await pass(400);
    await created;

    expect([statuses(), world.portal.records.get("0-46")?.size]).toEqual([[503, 502, 201], 2]);
  });

  test("three attempts and no fourth", async () => {
    const sdk = retrying();
    world.hubspot.faults.add({ route: "*", kind: "status-before", status: 500 });
    const refused = expect(sdk.crm.owners.ownersApi.getPage()).rejects.toMatchObject({ code: 500 });
    await pass(200);
    await pass(400);
    await refused;

    expect(statuses()).toEqual([500, 500, 500]);
  });

  test.each([
    ["daily-limit", 429],
    ["locked", 423],
    ["migrating", 477],
  ] as const)("%s is not tried again", async (kind, code) => {
    const sdk = retrying();
    world.hubspot.faults.add({ route: "*", kind });

    await expect(sdk.crm.owners.ownersApi.getPage()).rejects.toMatchObject({ code });
    expect(statuses()).toEqual([code]);
  });
});
