import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { EventChange } from "../../src/model/event.ts";
import { eraseContact, mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { addEvents } from "../../src/store/inbox.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const query = () => journey.app.deps.db.query;

async function storedFacts(words: string): Promise<string[]> {
  const { rows } = await sql<{ leadId: string }>`
    select lead_id from decisions where facts::text ilike ${`%${words}%`}
  `.execute(query());
  return rows.map(({ leadId }) => leadId);
}

async function isTombstone(leadId: string): Promise<boolean> {
  const rows = await query().selectFrom("decisions").select("erasedAt").where("leadId", "=", leadId).execute();
  return rows.length > 0 && rows.every(({ erasedAt }) => erasedAt !== null);
}

async function add(leadId: string, change: EventChange): Promise<void> {
  const [connection] = await query().selectFrom("connections").selectAll().execute();
  const at = new Date(journey.clock.now()).toISOString();
  await addEvents(query(), [
    {
      workspaceId: connection?.workspaceId ?? "",
      connectionId: connection?.id ?? "",
      eventKey: change.kind,
      occurredAt: at,
      receivedAt: at,
      subjectKind: "lead",
      subjectId: leadId,
      change,
      byThisApp: false,
    },
  ]);
  await journey.app.deps.db.notify("inbox");
}

test("a privacy deletion after a merge takes the facts of the one that was merged along", async () => {
  const routed = journey.qualify(hot("canary"));
  await journey.settled();
  const other = journey.create({ email: "second@somewhere.example" });
  const survivor = mergeContacts(journey.portal, other, routed, person);
  await journey.settled();
  expect(await storedFacts("canary")).toEqual([routed]);

  eraseContact(journey.portal, survivor, person);
  await journey.until("it is erased", () => isTombstone(routed));
  expect(await storedFacts("canary")).toEqual([]);
}, 60_000);

test("the open task of an erased lead is closed, and what else was planned for it is not done", async () => {
  const id = journey.qualify(hot("erased"));
  await journey.settled();
  await add(id, { kind: "lead-erased" });
  await journey.until("it is erased", () => isTombstone(id));
  const left = { state: "unknown" as const, settledAt: null };
  await query()
    .updateTable("operations")
    .set(left)
    .where("leadId", "=", id)
    .where("kind", "=", "update-lead")
    .execute();

  await journey.pass(3 * 60_000, 30_000);
  const operations = await query()
    .selectFrom("operations")
    .select(["kind", "state"])
    .where("leadId", "=", id)
    .execute();
  expect(operations).toContainEqual({ kind: "close-task", state: "confirmed" });
  expect(operations).toContainEqual({ kind: "update-lead", state: "cancelled" });
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a lead that is erased while it is being decided anew leaves no facts", async () => {
  const id = journey.qualify(hot("meanwhile"));
  await journey.settled();
  const [lead] = await query().selectFrom("leads").selectAll().where("leadId", "=", id).execute();
  const reads = journey.hubspot.requests.list().length;
  const route = "POST /crm/objects/:version/contacts/batch/read";
  journey.hubspot.faults.add({ route, kind: "latency", delayMs: 5_000, times: 1 });
  await add(id, {
    kind: "lead-reassign",
    qualifiedAt: lead?.qualifiedAt ?? "",
    round: 1,
    cause: "breached",
    breachedBy: [],
  });
  await journey.until("it is being read", () => journey.hubspot.requests.list().length > reads);
  await add(id, { kind: "lead-erased" });
  await journey.until("it is erased", () => isTombstone(id));

  await journey.pass(30_000, 5_000);
  expect(await storedFacts("meanwhile")).toEqual([]);
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("what a reviewer was asked about the person's account goes with the person", async () => {
  const questions = async (leadId: string) =>
    (await sql<{ leadId: string }>`select lead_id from match_reviews where lead_id = ${leadId}`.execute(query())).rows;
  const doubted = journey.qualify({ email: "finch@gmail.com", company: "Borealis" });
  await journey.settled();
  expect(await questions(doubted)).toHaveLength(1);

  eraseContact(journey.portal, doubted, person);
  await journey.until("it is erased", () => isTombstone(doubted));
  expect(await questions(doubted)).toEqual([]);
});
