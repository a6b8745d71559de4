import { expect, test } from "@jest/globals";
import { createClock } from "../../src/sandbox/create-clock.ts";
import { testCrm } from "./contract.ts";
import type { CrmUnderTest } from "./crm-under-test.ts";
import { third } from "./third/index.ts";
import { type Author, idOf, type Records, type Table } from "./third/records.ts";
import { app, type Fault, startThird } from "./third/server.ts";
import { jumpingTimer, tokensOf } from "./world-tokens.ts";

const startAt = Date.parse("2026-11-17T14:00:00Z");
const lifetimeMs = 3_600_000;

const sorts: Readonly<Record<"read" | "update" | "create", Pick<Fault, "method" | "table">>> = {
  read: { method: "GET", table: "leads" },
  update: { method: "PATCH", table: "leads" },
  create: { method: "POST", table: "tasks" },
};

const faults: Readonly<Record<Parameters<CrmUnderTest["next"]>[1], Pick<Fault, "isDone" | "status">>> = {
  "answer-lost": { isDone: true, status: null },
  "not-arrived": { isDone: false, status: null },
  limited: { isDone: false, status: 429 },
  overloaded: { isDone: true, status: 503 },
  "token-expired": { isDone: false, status: 401 },
  locked: { isDone: false, status: 423 },
};

testCrm("Third", start);

test("what Third keeps no history of is as it is today, and is named", async () => {
  const crm = await start();
  const leadId = crm.addLead({ email: "ada@one.example" });
  const at = crm.now().toISOString();
  crm.settle();
  crm.person.setsOwner(leadId, crm.reps[1]);

  const wanted = { lead: ["email", "stage"], crm: [] } as const;
  const past = await crm.client.past.readLeads([{ leadId, at }], wanted, { lane: "backfill" });

  await crm.stop();
  expect(past).toMatchObject([
    {
      ...{ lead: { ownerId: null, qualifiedAt: at, fields: { stage: "mql" } }, before: [] },
      ...{ after: [{ ownerId: crm.reps[1], by: "person" }], doubts: [{ field: "email", because: "no-history" }] },
    },
  ]);
});

async function start(): Promise<CrmUnderTest> {
  const clock = createClock({ startAt, speed: 0 });
  const now = () => new Date(clock.now());
  const server = await startThird(() => now().toISOString());
  const crm = third({ clientId: app.id, clientSecret: app.secret, url: server.url });
  const throttle = crm.createThrottle({ monotonic: () => clock.now(), setTimer: jumpingTimer(clock) });
  const { access_token: accessToken, refresh_token: refreshToken } = server.issue();
  const expiresAt = new Date(startAt + lifetimeMs).toISOString();
  const { tokens, refreshes } = tokensOf(crm, now, { accessToken, refreshToken, lifetimeMs, expiresAt });
  const client = crm.connect({
    ...{ externalId: "t-1", tokens, throttle, now, qualifyingStage: "mql", timeZone: "Europe/Berlin" },
    capabilities: { uniqueTaskKey: true, readsAvailability: false },
  });
  return {
    ...handsIn(server.records),
    ...{ client, now, refreshes, requests: server.requests, settle: () => clock.advance(60_000) },
    next: (sort, what) => void server.faults.push({ ...sorts[sort], ...faults[what] }),
    async stop() {
      throttle.close();
      await server.stop();
      clock.stop();
    },
  };
}

type Hands = Omit<CrmUnderTest, "client" | "now" | "refreshes" | "requests" | "settle" | "next" | "stop">;

/** Everyone else who works there. */
function handsIn(records: Records): Hands {
  const dialer: Author = { kind: "app", id: "dialer" };
  const user = (name: string, active: boolean) => {
    const email = `${name.split(" ")[0]?.toLowerCase()}@acme.example`;
    return idOf(records.create("users", { name, active, email, team: "Sales" }, dialer));
  };
  const reps = [user("Ada Berg", true), user("Ben Cole", true)] as const;
  const ada: Author = { kind: "user", id: reps[0] };
  const add = (table: Table, fields: object, by = ada) => idOf(records.create(table, fields, by));
  const told = (leadId: string, field: string) => {
    const value = records.get("leads", leadId)?.[field];
    return value === undefined ? null : String(value);
  };
  return {
    ...{ reps, formerRep: user("Cem Demir", false), laterStage: "working" },
    addLead: ({ email, ownerId: owner, accountId: account, qualified = true }) =>
      add("leads", { email, account, stage: qualified ? "mql" : "new", ...(owner === undefined ? {} : { owner }) }),
    addAccount: ({ name, domain: website, ownerId: owner = reps[0] }) => add("accounts", { name, website, owner }),
    addOpportunity: ({ name, accountId: account, ownerId: owner, isOpen: open }) =>
      add("deals", { name, account, owner, open }),
    ownerOf: (leadId) => told(leadId, "owner"),
    stageOf: (leadId) => told(leadId, "stage"),
    tasksOf: (leadId) => records.all("tasks").flatMap((task) => (task.lead === leadId ? [String(task.subject)] : [])),
    deleteLead: (leadId) => records.remove("leads", leadId),
    deleteTask: (taskId) => records.remove("tasks", taskId),
    person: {
      setsOwner: (leadId, owner) => void records.change("leads", leadId, { owner }, ada),
      completesTask: (taskId) => void records.change("tasks", taskId, { done: true }, ada),
      logsCall: (lead) => void add("calls", { lead }),
      getsCalled: (lead) => void add("calls", { lead, inbound: true }),
    },
    automation: {
      completesTask: (taskId) => void records.change("tasks", taskId, { done: true }, dialer),
      logsCall: (lead) => void add("calls", { lead }, dialer),
    },
  };
}
