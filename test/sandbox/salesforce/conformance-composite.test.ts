import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import {
  type Conformance,
  codeOf,
  composite,
  type PartAnswer,
  part,
  sendComposite,
  startConformance,
} from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };
const bad = { LastName: "Berg" };
const rowsOf = (object: string) => [...tableOf(world.org, object).rows()];
const halted = {
  errorCode: "PROCESSING_HALTED",
  message: "The transaction was rolled back since another operation in the same transaction failed.",
};

describe("a composite", () => {
  test("§8.12 answers 200 with the status, headers and body of each part", async () => {
    const id = world.aLead();
    const [updated, task, refused] = await sendComposite(
      world.conn,
      composite({
        lead: part("PATCH", `/sobjects/Lead/${id}`, { OwnerId: world.reps[0] }),
        task: part("POST", "/sobjects/Task", { WhoId: id, OwnerId: world.reps[0], Subject: "Call" }),
        bad: part("POST", "/sobjects/Lead", bad),
      }),
    );
    expect(updated).toEqual({ referenceId: "lead", httpStatusCode: 204, httpHeaders: {}, body: null });
    const { id: taskId } = task?.body as { id: string };
    expect(task).toEqual({
      ...{ referenceId: "task", httpStatusCode: 201, body: { id: taskId, success: true, errors: [] } },
      httpHeaders: { Location: `/services/data/v66.0/sobjects/Task/${taskId}` },
    });
    expect(refused).toMatchObject({ httpStatusCode: 400, body: [{ errorCode: "REQUIRED_FIELD_MISSING" }] });
    expect(world.rowOf("Lead", id).OwnerId).toBe(world.reps[0]);
  });

  test("§8.12 puts what a part answered where another refers to it, in url and body", async () => {
    const [, query, task] = await sendComposite(
      world.conn,
      composite({
        lead: part("POST", "/sobjects/Lead", lead),
        found: part("GET", "/query?q=SELECT+Id,OwnerId+FROM+Lead+WHERE+Id='@{lead.id}'"),
        task: part("POST", "/sobjects/Task", { WhoId: "@{lead.id}", OwnerId: "@{found.records[0].OwnerId}" }),
      }),
    );
    expect(query?.body).toMatchObject({ totalSize: 1 });
    const { id } = task?.body as { id: string };
    expect(world.rowOf("Task", id)).toMatchObject({ WhoId: rowsOf("Lead")[0]?.Id, OwnerId: world.userId });
  });

  test("§8.12 a part that refers to a failed one fails, others do not", async () => {
    const answers = await sendComposite(
      world.conn,
      composite({
        lead: part("POST", "/sobjects/Lead", bad),
        task: part("POST", "/sobjects/Task", { WhoId: "@{lead.id}" }),
        account: part("POST", "/sobjects/Account", { Name: "Acme" }),
      }),
    );
    expect(answers.map(({ httpStatusCode }) => httpStatusCode)).toEqual([400, 400, 201]);
    expect(rowsOf("Task")).toEqual([]);
  });

  test("§8.12 allOrNone takes back what was written, history and events too, and says so to the innocent", async () => {
    const told: unknown[] = [];
    world.org.onCommit.push((changes) => told.push(...changes));
    const id = world.aLead();
    const answers = await sendComposite(
      world.conn,
      composite(
        {
          lead: part("PATCH", `/sobjects/Lead/${id}`, { OwnerId: world.reps[0] }),
          bad: part("POST", "/sobjects/Lead", bad),
          after: part("GET", "/limits"),
        },
        true,
      ),
    );
    expect(answers).toMatchObject([
      { referenceId: "lead", httpStatusCode: 400, body: [halted] },
      { referenceId: "bad", httpStatusCode: 400, body: [{ errorCode: "REQUIRED_FIELD_MISSING" }] },
      { referenceId: "after", httpStatusCode: 400, body: [halted] },
    ]);
    expect(world.rowOf("Lead", id).OwnerId).toBe(world.userId);
    expect([rowsOf("LeadHistory"), told]).toEqual([[], []]);
  });

  test.each([
    ["26 parts", Array.from({ length: 26 }, () => "/limits")],
    ["6 queries and collections", Array.from({ length: 6 }, () => "/query?q=SELECT+Id+FROM+Lead")],
    ["none", []],
  ])("§8.12 %s are refused as a whole", async (_, paths) => {
    const parts = Object.fromEntries(paths.map((path, index) => [`part${index}`, part("GET", path)]));
    expect((await world.call("POST", "/composite", { body: composite(parts) })).status).toBe(400);
  });

  test.each([
    ["2nd_lead", 200],
    ["_lead", 400],
    ["my lead", 400],
  ])("§8.12 a referenceId %s is answered with %s", async (name, status) => {
    const body = composite({ [name]: part("GET", "/limits") });
    expect((await world.call("POST", "/composite", { body })).status).toBe(status);
  });

  test("§8.12 25 parts with 5 queries are taken", async () => {
    const paths = Array.from({ length: 25 }, (_, index) => (index < 5 ? "/query?q=SELECT+Id+FROM+Lead" : "/limits"));
    const parts = Object.fromEntries(paths.map((path, index) => [`part${index}`, part("GET", path)]));
    const answers = await sendComposite(world.conn, composite(parts));
    expect(answers.map(({ httpStatusCode }) => httpStatusCode)).toEqual(paths.map(() => 200));
  });

  test("§8.12, §8.13 each part has headers of its own: Sforce-Auto-Assign of the call reaches none", async () => {
    world.org.rules.assignment.set("Lead", world.queueId);
    const [first, second] = [world.aLead(), world.aLead()];
    const body = { OwnerId: world.reps[0] };
    const path = (id: string) => `/sobjects/Lead/${id}`;
    await world.call("POST", "/composite", {
      body: composite({
        first: part("PATCH", path(first), body),
        second: part("PATCH", path(second), body, { "Sforce-Auto-Assign": "FALSE" }),
      }),
      headers: { "Sforce-Auto-Assign": "FALSE" },
    });
    expect([first, second].map((id) => world.rowOf("Lead", id).OwnerId)).toEqual([world.queueId, world.reps[0]]);
  });

  test("§8.12, §8.14 and so is Sforce-Duplicate-Rule-Header", async () => {
    world.aLead({ Email: "jana@acme.example" });
    world.org.rules.duplicates = "alert";
    const body = { ...lead, Email: "jana@acme.example" };
    const allow = { "Sforce-Duplicate-Rule-Header": "allowSave=true" };
    const { body: answer } = await world.call("POST", "/composite", {
      body: composite({
        first: part("POST", "/sobjects/Lead", body),
        second: part("POST", "/sobjects/Lead", body, allow),
      }),
      headers: allow,
    });
    const { compositeResponse } = answer as { compositeResponse: PartAnswer[] };
    expect(compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([400, 201]);
  });

  test("§8.12 the Tooling API is not reached through it", async () => {
    const body = { FullName: "Baton__chn", Metadata: { channelType: "data", label: "Baton" } };
    const [answer] = await sendComposite(
      world.conn,
      composite({ channel: part("POST", "/tooling/sobjects/PlatformEventChannel", body) }),
    );
    expect([answer?.httpStatusCode, world.org.channels]).toEqual([404, []]);
  });

  test("§8.12 a collection inside is one part", async () => {
    const records = [lead, bad].map((each) => ({ attributes: { type: "Lead" }, ...each }));
    const [answer] = await sendComposite(
      world.conn,
      composite({ many: part("POST", "/composite/sobjects", { records }) }, true),
    );
    expect(answer).toMatchObject({ httpStatusCode: 200, body: [{ success: true }, { success: false }] });
    expect(rowsOf("Lead")).toHaveLength(1);
  });
});

type GraphAnswer = {
  graphId: string;
  isSuccessful: boolean;
  graphResponse: { compositeResponse: PartAnswer[] };
};

describe("a graph", () => {
  const aGraph = (graphId: string, parts: Record<string, ReturnType<typeof part>>) => ({
    ...{ graphId, compositeRequest: composite(parts).compositeRequest },
  });
  const send = async (graphs: unknown[]) =>
    (await world.conn.requestPost<{ graphs: GraphAnswer[] }>("/composite/graph", { graphs })).graphs;
  const good = (graphId: string) =>
    aGraph(graphId, {
      lead: part("POST", "/sobjects/Lead", lead),
      task: part("POST", "/sobjects/Task", { WhoId: "@{lead.id}", Subject: "Call" }),
    });
  const failing = (graphId: string) =>
    aGraph(graphId, {
      lead: part("POST", "/sobjects/Lead", lead),
      bad: part("POST", "/sobjects/Lead", bad),
    });

  test("§8.12 is all or nothing by itself, and others beside it go on", async () => {
    const [first, second] = await send([failing("1"), good("2")]);
    expect(first).toMatchObject({
      ...{ graphId: "1", isSuccessful: false },
      graphResponse: { compositeResponse: [{ body: [halted] }, { body: [{ errorCode: "REQUIRED_FIELD_MISSING" }] }] },
    });
    expect(second).toMatchObject({
      ...{ graphId: "2", isSuccessful: true },
      graphResponse: { compositeResponse: [{ httpStatusCode: 201 }, { httpStatusCode: 201 }] },
    });
    expect([rowsOf("Lead").length, rowsOf("Task")[0]?.WhoId]).toEqual([1, rowsOf("Lead")[0]?.Id]);
  });

  test("§8.12, §3.1 after 14 failures the rest is not tried", async () => {
    const answers = await send([...Array.from({ length: 14 }, (_, index) => failing(`bad${index}`)), good("late")]);
    expect(answers.at(-1)).toMatchObject({ graphId: "late", isSuccessful: false });
    expect(rowsOf("Lead")).toEqual([]);
  });

  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, part("GET", "/limits")]));
  const chain = (depth: number) =>
    Object.fromEntries(
      Array.from({ length: depth }, (_, index) => [
        `n${index}`,
        part("POST", "/sobjects/Account", { Name: "A", ...(index > 0 && { ParentId: `@{n${index - 1}.id}` }) }),
      ]),
    );
  const kinds = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`n${index}`, part("GET", `/sobjects/Object${index}__c/x`)]),
    );
  test.each<[string, () => unknown[], string]>([
    ["75 graphs", () => Array.from({ length: 75 }, (_, index) => aGraph(`${index}`, many(1))), "taken"],
    ["76 graphs", () => Array.from({ length: 76 }, (_, index) => aGraph(`${index}`, many(1))), "INVALID_INPUT"],
    ["500 nodes", () => [aGraph("1", many(250)), aGraph("2", many(250))], "taken"],
    ["501 nodes", () => [aGraph("1", many(250)), aGraph("2", many(251))], "INVALID_INPUT"],
    ["depth 15", () => [aGraph("1", chain(15))], "taken"],
    ["depth 16", () => [aGraph("1", chain(16))], "INVALID_INPUT"],
    ["15 kinds of nodes", () => [aGraph("1", kinds(15))], "taken"],
    ["16 kinds of nodes", () => [aGraph("1", kinds(16))], "INVALID_INPUT"],
  ])("§8.12, §3.1 %s", async (_, graphs, code) => {
    expect(await codeOf(send(graphs()))).toBe(code);
  });
});

describe("a batch", () => {
  const send = (body: object) =>
    world.conn.requestPost<{ hasErrors: boolean; results: { statusCode: number; result: unknown }[] }>(
      "/composite/batch",
      body,
    );
  const batchRequests = [
    { method: "POST", url: "v66.0/sobjects/Lead", richInput: bad },
    { method: "GET", url: "v66.0/limits" },
  ];

  test("§3.1 has requests that have nothing to do with each other", async () => {
    expect(await send({ batchRequests })).toMatchObject({
      hasErrors: true,
      results: [{ statusCode: 400 }, { statusCode: 200, result: { DailyApiRequests: expect.anything() } }],
    });
    expect((await send({ batchRequests, haltOnError: true })).results[1]?.statusCode).toBe(412);
    expect(await codeOf(send({ batchRequests: Array.from({ length: 26 }, () => batchRequests[1]) }))).not.toBe("taken");
  });
});
