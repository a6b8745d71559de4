import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import { type OperationRow, readOperations } from "../../src/store/operations.ts";
import { alter, type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const batch = (type: string, verb: string) => `POST /crm/objects/:version/${type}/batch/${verb}`;
const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const query = () => journey.app.deps.db.query;
const operationsOf = (leadId: string) => query().selectFrom("operations").selectAll().where("leadId", "=", leadId);
const struck = (kind: string) => journey.hubspot.requests.list().filter((entry) => entry.fault === kind).length;

/** Moves the clock on until it has come true; retries and sweeps wait for the clock. */
async function inTime(what: string, condition: () => boolean | Promise<boolean>, stepMs = 10_000): Promise<void> {
  let nextAt = Date.now();
  await journey.until(what, async () => {
    if (await condition()) return true;
    if (Date.now() < nextAt) return false;
    journey.clock.advance(stepMs);
    nextAt = Date.now() + 40;
    return false;
  });
}

/** A planned change of a lead's task, in the state that a process that died left it in. */
async function addChange(leadId: string, change: { key: string; state: OperationRow["state"] }): Promise<void> {
  const task = await operationsOf(leadId).where("kind", "=", "create-task").executeTakeFirstOrThrow();
  const body = JSON.stringify({ kind: "close-task", taskKey: task.key, because: "reassigned" });
  const { workspaceId, connectionId, decisionId, qualifiedAt, plannedAt } = task;
  const rest = { fence: null, notBefore: null, crmId: null, receipt: null, settledAt: null, attempts: 1 };
  const ids = { workspaceId, connectionId, decisionId, leadId, qualifiedAt, plannedAt, sentAt: plannedAt };
  await query()
    .insertInto("operations")
    .values({ ...change, ...ids, ...rest, kind: "close-task", body, priority: 3 })
    .execute();
}

const stateOf = async (key: string) => (await readOperations(query(), [key]))[0]?.state;

test("an outage that outlasts every try of an owner's write costs neither the owner nor the task (I2, I3)", async () => {
  journey.hubspot.faults.add({ route: batch("contacts", "update"), kind: "status-before", status: 502 });
  const id = journey.qualify(hot("outage"));
  // The clock waits for the work: past the limits, the lead would have gone from rep to rep.
  await journey.inTime("the tries are used up", () => struck("status-before") >= 8, 40_000);
  journey.hubspot.faults.clear();

  await journey.inTime("the task is there", () => journey.tasksOf(id).length > 0, 40_000);
  // A reminder that came before its task waits for the clock.
  await journey.inTime("nothing waits", async () => (await journey.open()).length === 0, 40_000);
  expect(ownerOf(id)).not.toBe("");
  expect(openTasks(id)).toHaveLength(1);
}, 120_000);

test("a task's closing that a crash left without an answer is sent again", async () => {
  const id = journey.qualify(hot("crashed"));
  await journey.settled();
  expect(openTasks(id)).toHaveLength(1);
  await addChange(id, { key: "left-unknown", state: "unknown" });

  await inTime("it is closed", async () => (await stateOf("left-unknown")) === "confirmed", 30_000);
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a task's closing that failed at every try is taken up by the next sweep", async () => {
  const id = journey.qualify(hot("eight"));
  await journey.settled();
  const before = struck("status-before");
  journey.hubspot.faults.add({ route: batch("tasks", "update"), kind: "status-before", status: 502 });
  await addChange(id, { key: "eight-times", state: "planned" });
  await inTime("the tries are used up", () => struck("status-before") >= before + 8);
  journey.hubspot.faults.clear();

  await inTime("it is closed", async () => (await stateOf("eight-times")) === "confirmed", 30_000);
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a task's closing waits for a task that is still to be created", async () => {
  journey.hubspot.faults.add({ route: batch("tasks", "create"), kind: "status-before", status: 502 });
  const id = journey.qualify(hot("late-task"));
  const creation = operationsOf(id).where("kind", "=", "create-task");
  await journey.until("its creation failed", async () => (await creation.executeTakeFirst())?.state === "unknown");
  await addChange(id, { key: "early", state: "planned" });
  await inTime("the closing was tried", async () => (await readOperations(query(), ["early"]))[0]?.receipt !== null);
  journey.hubspot.faults.clear();

  await inTime("it is closed", async () => (await stateOf("early")) === "confirmed");
  expect(journey.tasksOf(id)).toHaveLength(1);
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a clock learns of its task even when the database fails between the two notes", async () => {
  // A sequence does not roll back: it tells that the note was tried.
  await sql`create sequence baton_test_tries`.execute(query());
  await sql`
    create function baton_test_fail() returns trigger language plpgsql as $$ begin
      perform nextval('baton_test_tries'); raise exception 'away';
    end $$
  `.execute(query());
  await alter(
    journey,
    sql`
    create trigger baton_test_fail before update of task_id on follow_ups
    for each row execute function baton_test_fail()
  `,
  );
  const id = journey.qualify(hot("noted"));
  await journey.until("noting it failed", async () => {
    const { rows } = await sql`select 1 from baton_test_tries where is_called`.execute(query());
    return rows.length > 0;
  });
  await alter(journey, sql`drop trigger baton_test_fail on follow_ups`);
  const healedFrom = journey.clock.now();

  const taskId = async () =>
    (await query().selectFrom("followUps").select("taskId").where("leadId", "=", id).executeTakeFirst())?.taskId;
  await journey.inTime("it is noted", async () => {
    const [task] = journey.tasksOf(id);
    return task !== undefined && (await taskId()) === task;
  });
  expect(journey.tasksOf(id)).toHaveLength(1);
  // As soon as the database answers: it does not wait for the sweep, which comes every two minutes.
  expect(journey.clock.now() - healedFrom).toBeLessThan(60_000);
}, 60_000);

test("a person who takes a lead while the CRM fails keeps it, and no moment is left in which its task could go out", async () => {
  await sql`
    create function baton_test_no_gap() returns trigger language plpgsql as $$ begin
      if exists (select 1 from operations where decision_id = new.decision_id and kind = 'create-task'
        and settled_at is null) then raise exception 'a task is left to be created'; end if;
      return null;
    end $$
  `.execute(query());
  await alter(
    journey,
    sql`
    create trigger baton_test_no_gap after update on operations
    for each row when (new.state = 'yielded') execute function baton_test_no_gap()
  `,
  );
  journey.hubspot.faults.add({ route: batch("contacts", "update"), kind: "status-before", status: 502 });
  const id = journey.qualify(hot("yielded"));
  const update = operationsOf(id).where("kind", "=", "update-lead");
  await journey.until("the write failed", async () => (await update.executeTakeFirst())?.state === "unknown");
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  journey.hubspot.faults.clear();

  await inTime("we yield", async () => (await update.executeTakeFirst())?.state === "yielded");
  await alter(journey, sql`drop trigger baton_test_no_gap on operations`);
  await journey.settled();
  expect(ownerOf(id)).toBe("301");
  expect(journey.tasksOf(id)).toHaveLength(0);
}, 60_000);

test("a refusal's alert names the rule and the field, and quotes nothing", async () => {
  journey.portal.rules.conditionalRequired.push({
    objectTypeId: "0-1",
    when: { property: "baton_tier", value: "T1" },
    require: ["jobtitle"],
  });
  const id = journey.qualify(hot("refused"));
  await journey.pass(60_000, 5_000);
  journey.portal.rules.conditionalRequired.length = 0;

  const refusal = await operationsOf(id).where("state", "=", "refused").executeTakeFirstOrThrow();
  const receipt = refusal.receipt;
  if (receipt?.kind !== "refused") throw new Error("no refusal was noted");
  const alerts = await openAlerts(query(), refusal.workspaceId, 20);
  const message = alerts.find((alert) => alert.subjectId === refusal.key)?.message ?? "";
  expect(message).toContain(`${receipt.rule} (${receipt.fields.join(", ")}).`);
  expect(message).not.toContain(receipt.because);
}, 60_000);
