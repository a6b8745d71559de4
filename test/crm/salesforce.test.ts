import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { playRep } from "../../src/sandbox/salesforce/control/rep.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, deleteRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { testCrm } from "./contract.ts";
import { testWritingTogether } from "./contract-together.ts";
import type { CrmUnderTest } from "./crm-under-test.ts";
import { type SalesforceWorld, startSalesforceWorld } from "./salesforce-world.ts";

const routes = {
  read: "POST /services/data/:version/composite",
  update: "PATCH /services/data/:version/composite/sobjects",
  create: "POST /services/data/:version/composite/graph",
};

const faults = {
  "answer-lost": { kind: "drop-after" },
  "not-arrived": { kind: "drop-before" },
  limited: { kind: "concurrent-limit" },
  overloaded: { kind: "status-after", status: 503 },
  "token-expired": { kind: "token-expired" },
  locked: { kind: "status-before", status: 400, errorCode: "UNABLE_TO_LOCK_ROW" },
} as const;

testCrm("Salesforce", async () => underTest(await startSalesforceWorld()));
testWritingTogether("Salesforce", async () => underTest(await startSalesforceWorld()));

function underTest(world: SalesforceWorld): CrmUnderTest {
  const { org, sandbox, reps } = world;
  const by = (userId: string | null) => personIn(org, userId);
  const create = (object: string, fields: Row, userId: string | null = reps[0]) =>
    actIn(org, by(userId), (writing) => createRecord(writing, tableOf(org, object).object, fields));
  const change = (object: string, id: string, fields: Row, userId: string) =>
    actIn(org, by(userId), (writing) => updateRecord(writing, tableOf(org, object).object, id, fields));
  const remove = (object: string, id: string) =>
    actIn(org, by(reps[0]), (writing) => deleteRecord(writing, tableOf(org, object).object, id));
  const textOf = (object: string, id: string, name: string) => String(tableOf(org, object).get(id)?.[name] ?? "");
  let lastName = 0;
  return {
    client: world.client,
    now: world.now,
    reps,
    formerRep: world.formerRep,
    laterStage: "Recycled",
    addLead({ email, ownerId, accountId, qualified = true }) {
      lastName += 1;
      return create("Lead", {
        ...{ LastName: `Lead ${lastName}`, Company: "One", OwnerId: ownerId ?? world.queueId },
        ...(email === undefined ? {} : { Email: email }),
        ...(accountId === undefined ? {} : { Account__c: accountId }),
        ...(qualified ? { Status: "MQL" } : {}),
      });
    },
    addAccount: ({ name, domain, ownerId = reps[0] }) =>
      create("Account", { Name: name, Website: domain, OwnerId: ownerId }),
    addOpportunity: ({ name, accountId, ownerId, isOpen }) =>
      create("Opportunity", {
        ...{ Name: name, AccountId: accountId, OwnerId: ownerId, CloseDate: "2027-01-31" },
        StageName: isOpen ? "Qualification" : "Closed Lost",
      }),
    ownerOf(leadId) {
      const ownerId = textOf("Lead", leadId, "OwnerId");
      return ownerId === world.queueId ? null : ownerId;
    },
    stageOf: (leadId) => textOf("Lead", leadId, "Status"),
    tasksOf: (leadId) =>
      [...tableOf(org, "Task").withValues("WhoId", [leadId])]
        .filter(({ IsDeleted }) => IsDeleted !== true)
        .map(({ Subject }) => String(Subject)),
    deleteLead: (leadId) => remove("Lead", leadId),
    deleteTask: (taskId) => remove("Task", taskId),
    person: {
      setsOwner: (whoId, ownerId) => void playRep(org, { action: "claim-lead", whoId, ownerId }),
      completesTask: (taskId) => void playRep(org, { action: "complete-task", taskId }),
      logsCall: (whoId) => void playRep(org, { action: "log-call", whoId }),
      getsCalled: (whoId) => void playRep(org, { action: "log-call", whoId, callType: "Inbound" }),
    },
    automation: {
      completesTask: (taskId) => change("Task", taskId, { Status: "Completed" }, world.dialerId),
      logsCall: (leadId) =>
        void create(
          "Task",
          { Subject: "Call", WhoId: leadId, OwnerId: reps[0], Status: "Completed", TaskSubtype: "Call" },
          world.dialerId,
        ),
    },
    next: (sort, what) => void sandbox.faults.add({ route: routes[sort], times: 1, ...faults[what] }),
    requests: () => sandbox.requests.list().filter(({ path }) => path.startsWith("/services/data/")).length,
    refreshes: world.refreshes,
    settle: () => sandbox.clock.advance(60_000),
    stop: world.stop,
  };
}
