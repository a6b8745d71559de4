import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { definitionsOf } from "../../src/sandbox/hubspot/property-definitions.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { addEvents } from "../../src/store/inbox.ts";
import { installThroughBrowser, type Journey, portalId, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const query = () => journey.app.deps.db.query;
const armed = (leadId: string) =>
  query().selectFrom("timers").select("id").where("leadId", "=", leadId).where("state", "=", "armed").execute();

/** A new lead, with whom something happens after our write was sent to the CRM and before it takes effect there. */
async function whileBeingWritten(name: string, happen: (id: string) => void): Promise<string> {
  journey.hubspot.faults.add({
    route: "POST /crm/objects/:version/contacts/batch/update",
    kind: "latency",
    delayMs: 3_000,
    times: 1,
  });
  const id = journey.qualify(hot(name));
  const sent = Promise.withResolvers<void>();
  const unwatch = journey.hubspot.requests.watch(({ path }, moment) => {
    if (moment !== "arrived" || !path.endsWith("/contacts/batch/update")) return;
    unwatch();
    happen(id);
    sent.resolve();
  });
  await sent.promise;
  return id;
}

test("an owner event of before the decision, delivered late, leaves clock and task alone", async () => {
  const id = journey.qualify(hot("late"));
  await journey.settled();
  const [lead] = await query().selectFrom("leads").selectAll().where("leadId", "=", id).execute();
  const before = new Date(Date.parse(lead?.decidedAt ?? "") - 5_000).toISOString();
  await addEvents(query(), [
    {
      workspaceId: lead?.workspaceId ?? "",
      connectionId: lead?.connectionId ?? "",
      eventKey: "a late event",
      occurredAt: before,
      receivedAt: before,
      subjectKind: "lead",
      subjectId: id,
      change: { kind: "lead-changed", field: "owner", value: "302" },
      byThisApp: false,
    },
  ]);
  await journey.app.deps.db.notify("inbox");
  await journey.settled();

  expect(await armed(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
});

test("a person who takes the lead while our write is under way gets it back (I8)", async () => {
  const id = await whileBeingWritten("race", (leadId) =>
    playRep(journey.portal, { action: "claim-lead", contactId: leadId, ownerId: "301" }),
  );
  const waits = async () => {
    const rows = await query().selectFrom("inbox").selectAll().where("subjectId", "=", id).execute();
    return rows.some(({ state, attempts, notBefore }) => state === "pending" && attempts > 0 && notBefore !== null);
  };
  await journey.until("the change waits in the inbox for our write to end", waits);
  await journey.pass(60_000, 2_000);

  expect(ownerOf(id)).toBe("301");
  expect(openTasks(id)).toHaveLength(0);
});

test("a choice that went under our write is put back too when it is heard of after the next rep has got the lead (I8)", async () => {
  const { settings } = journey.hubspot.webhooks;
  const id = await whileBeingWritten("late-race", (leadId) => {
    Object.assign(settings, { delayProbability: 1, delayMs: 25 * 60_000 });
    playRep(journey.portal, { action: "claim-lead", contactId: leadId, ownerId: "301" });
    Object.assign(settings, { delayProbability: 0, delayMs: 0 });
  });
  await journey.pass(16 * 60_000);
  const rounds = () => query().selectFrom("decisions").select("round").where("leadId", "=", id).execute();
  await journey.inTime("the next rep has got it", async () => (await rounds()).length > 1);
  expect(ownerOf(id)).not.toBe("301");

  await journey.pass(10 * 60_000);
  expect(ownerOf(id)).toBe("301");
  expect(openTasks(id)).toHaveLength(0);
  expect(await armed(id)).toHaveLength(0);
});

test("an app that is installed again while it runs sets its account up again, and loses no lead", async () => {
  const contacts = definitionsOf(journey.portal, "0-1");
  contacts.delete("baton_sla_status");
  const id = journey.qualify(hot("installed-again"));
  await installThroughBrowser(journey.app.url, portalId);
  await journey.pass(3 * 60_000, 5_000);

  expect(contacts.has("baton_sla_status")).toBe(true);
  expect(ownerOf(id)).not.toBe("");
  const next = journey.qualify(hot("after-that"));
  await journey.settled();
  expect(ownerOf(next)).not.toBe("");
});

test("an app that is installed again before anybody noticed the uninstall goes on with the new grant", async () => {
  journey.hubspot.uninstall({ portalId, appId: journey.hubspot.apps[0]?.id ?? 0 });
  await installThroughBrowser(journey.app.url, portalId);
  await journey.pass(30 * 60_000);

  const connections = await query().selectFrom("connections").select(["status", "pausedBecause"]).execute();
  expect(connections).toEqual([{ status: "active", pausedBecause: null }]);
});

test("what waited through a pause goes by the reps of now, not by those of before it", async () => {
  journey.hubspot.uninstall({ portalId, appId: journey.hubspot.apps[0]?.id ?? 0 });
  const owners = journey.portal.owners;
  for (const left of ["101", "102"]) Object.assign(owners.get(left) ?? {}, { archived: true });
  const teams = [{ id: "1", name: "DACH Sales", primary: true }];
  Object.assign(owners.get("301") ?? {}, { teams });
  const id = journey.qualify(hot("waited-for-a-newcomer"));
  await installThroughBrowser(journey.app.url, portalId);
  // It qualified in the moment of the install: the search, which lags, tells of it at the next look.
  await journey.pass(16 * 60_000);

  expect(journey.property("0-1", id, "hubspot_owner_id")).toBe("301");
});
