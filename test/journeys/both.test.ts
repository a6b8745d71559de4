import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { deleteRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type BothJourney, startBoth } from "./both-world.ts";

let world: BothJourney;
beforeEach(async () => {
  world = await startBoth();
});
afterEach(() => world.stop());

const qualifies = { lifecyclestage: "marketingqualifiedlead" };
const email = "jana@muster-maschinen.de";

const decisions = () =>
  world.app.deps.db.query.selectFrom("decisions").select(["leadId", "connectionId", "facts", "decision"]).execute();

const alerts = async () =>
  (await world.app.deps.db.query.selectFrom("alerts").selectAll().where("resolvedAt", "is", null).execute()).filter(
    // The journey's few teams are not those of the shipped policy.
    ({ kind }) => kind !== "policy-names-nobody",
  );

/** The owners that Baton wrote to a lead, as its history has them. */
const writtenTo = (leadId: string): unknown[] =>
  [...tableOf(world.org, "LeadHistory").rows()]
    .filter((row) => row.LeadId === leadId && row.Field === "Owner" && row.CreatedById === world.ownUserId)
    .map((row) => row.NewValue)
    .filter((value) => String(value).startsWith("005"));

/** What became of the events of a lead, without those that were of no use. */
const becauseOf = async (subjectId: string) =>
  (
    await world.app.deps.db.query
      .selectFrom("inbox")
      .select(["state", "because", "change"])
      .where("subjectId", "=", subjectId)
      .execute()
  )
    .filter(({ because }) => because !== "not-a-trigger" && because !== "other-stage")
    .map(({ state, because }) => `${state} ${because}`);

test("a contact that becomes MQL is decided once, as the lead that the sync makes of it, and written in the authority alone", async () => {
  const id = world.contact();
  world.setContact(id, qualifies);

  await world.inTime("the lead is there", () => world.leadWith(email) !== undefined);
  const leadId = String(world.leadWith(email)?.Id);
  await world.inTime("the lead is owned", () => world.reps.some((rep) => rep === world.lead(leadId).OwnerId));
  await world.inTime("there is a task", () => world.tasksOf(leadId).length > 0);
  const owner = world.lead(leadId).OwnerId;
  await world.inTime("the sync carried the owner over", () => world.ofContact(id, "hubspot_owner_id") !== "");
  await world.pass(60_000);

  expect((await decisions()).map((row) => row.leadId)).toEqual([leadId]);
  expect(world.lead(leadId)).toMatchObject({ OwnerId: owner, Status: "MQL", Baton_SLA_Status__c: "running" });
  expect(world.tasksOf(leadId)).toHaveLength(1);
  expect(world.contactTasks(id)).toEqual([]);
  expect(world.ofContact(id, "baton_routed_at")).toBe("");
  expect(await becauseOf(id)).toEqual(expect.arrayContaining(["ignored routed-in-the-other-crm", "ignored echo"]));
  expect(await alerts()).toEqual([]);
  expect((await explainLead(world.app.deps, id)).join("\n")).toMatch(
    new RegExp(`^The same person is lead ${leadId} in Salesforce account \\w+, and decided as that:\nDecision `),
  );
});

test("what qualifies in both within the time of a sync is one qualification, whichever is heard of first", async () => {
  world.sync.carriesStage = true;
  const leadId = world.aLead();
  const id = world.contact();

  world.setContact(id, qualifies);
  await world.inTime("the lead is owned", () => world.reps.some((rep) => rep === world.lead(leadId).OwnerId));
  world.update("Lead", leadId, { Status: "Working - Contacted" });
  world.update("Lead", leadId, { Status: "MQL" });
  await world.pass(120_000);

  expect((await decisions()).map((row) => row.leadId)).toEqual([leadId]);
  expect(world.tasksOf(leadId)).toHaveLength(1);
});

test("a lead of both is decided by what both records say, and watched although its own status never qualified", async () => {
  const leadId = world.aLead({ Country: null });
  const id = world.contact({ jobtitle: "Head of Presses" });

  world.setContact(id, qualifies);
  await world.inTime("the SLA runs", () => world.lead(leadId).Baton_SLA_Status__c === "running");
  await world.pass(120_000);

  const [made] = await decisions();
  expect(made?.facts).toMatchObject({
    trigger: { elsewhere: { stage: "Open - Not Contacted" } },
    lead: { id: leadId, fields: { country: "Germany", jobTitle: "Head of Presses" } },
  });
  expect(world.lead(leadId)).toMatchObject({ Baton_SLA_Status__c: "running" });
});

test("a contact that no sync brings over is decided after four minutes, and written where it lives; when it comes later it is not decided again", async () => {
  world.sync.createsLeads = false;
  const id = world.contact();
  world.setContact(id, qualifies);
  await world.pass(180_000);
  expect([world.ofContact(id, "hubspot_owner_id"), await decisions()]).toEqual(["", []]);
  expect(await explainLead(world.app.deps, id)).toEqual([
    expect.stringMatching(
      /^It waits until .+ for the same person to appear in Salesforce account \w+; if nobody does, /,
    ),
  ]);

  await world.inTime("the contact is owned", () => world.ofContact(id, "hubspot_owner_id") !== "");
  await world.inTime("there is a task", () => world.contactTasks(id).length > 0);
  const owner = world.ofContact(id, "hubspot_owner_id");
  expect([...world.owners, world.portalOnly]).toContain(owner);

  Object.assign(world.sync, { createsLeads: true, carriesStage: true });
  await world.inTime("the lead qualified as well", () => world.leadWith(email)?.Status === "MQL");
  await world.pass(60_000);

  expect((await decisions()).map((row) => row.leadId)).toEqual([id]);
  expect(world.ofContact(id, "hubspot_owner_id")).toBe(owner);
  const leadId = String(world.leadWith(email)?.Id);
  expect(world.tasksOf(leadId)).toEqual([]);
  expect(await becauseOf(leadId)).toContain("ignored routed-in-the-other-crm");
});

test("one ledger and one load for a person: leads of either CRM count under the authority's id", async () => {
  world.sync.createsLeads = false;
  const ids = ["a", "b", "c"].map((name) => world.contact({ email: `${name}@one-${name}.example`, company: name }));
  for (const id of ids) world.setContact(id, qualifies);
  await world.inTime("all are owned", () => ids.every((id) => world.ofContact(id, "hubspot_owner_id") !== ""));

  expect(ids.map((id) => world.ofContact(id, "hubspot_owner_id")).sort()).toEqual(["11", "12", "13"]);
  const loads = await world.app.deps.db.query.selectFrom("loads").select(["repId", "points"]).execute();
  expect(
    loads
      .filter(({ points }) => points > 0)
      .map(({ repId }) => repId)
      .sort(),
  ).toEqual([...world.reps, "13"].sort());
});

test("a lead of the org goes to the owner of its company in the portal, who is found by e-mail; the decision says whose account it is", async () => {
  await world.company({
    name: "Muster Maschinen GmbH",
    domain: "muster-maschinen.de",
    hubspot_owner_id: world.owners[1],
  });
  const leadId = world.aLead({ Status: "MQL" });

  await world.inTime("the lead is owned", () => world.lead(leadId).OwnerId !== world.queueId);
  await world.pass(20_000);

  expect(world.lead(leadId)).toMatchObject({ OwnerId: world.reps[1], Account__c: null });
  const [made] = await decisions();
  expect(made?.facts?.match).toMatchObject({ crm: "hubspot", account: { ownerId: world.reps[1] } });
  expect(await explainLead(world.app.deps, leadId)).toContainEqual(
    expect.stringMatching(/^The claim comes from account Muster Maschinen GmbH \(\d+\) in HubSpot\.$/),
  );
});

test("a contact that lives in the portal alone goes to the owner of its account in the org, as the portal calls them", async () => {
  world.sync.createsLeads = false;
  await world.account({ Name: "Muster Maschinen GmbH", Website: "muster-maschinen.de", OwnerId: world.reps[1] });
  await world.company({
    name: "Muster Maschinen GmbH",
    domain: "muster-maschinen.de",
    hubspot_owner_id: world.owners[0],
  });
  const id = world.contact();

  world.setContact(id, qualifies);
  await world.inTime("the contact is owned", () => world.ofContact(id, "hubspot_owner_id") !== "");

  expect(world.ofContact(id, "hubspot_owner_id")).toBe(world.owners[1]);
  const [made] = await decisions();
  expect(made?.facts?.match).toMatchObject({ crm: "salesforce", account: { ownerId: world.reps[1] } });
});

test("who works in the portal alone has no claim to a lead of the org, and the decision says why", async () => {
  await world.company({
    name: "Muster Maschinen GmbH",
    domain: "muster-maschinen.de",
    hubspot_owner_id: world.portalOnly,
  });
  const leadId = world.aLead({ Status: "MQL" });

  await world.inTime("the lead is owned", () => world.lead(leadId).OwnerId !== world.queueId);

  expect(world.reps).toContain(world.lead(leadId).OwnerId);
  const [made] = await decisions();
  expect(JSON.stringify(made?.decision)).toContain('"because":"owner-no-user"');
});

test("a contact whose lead is deleted before it is decided there is decided as the contact that it is", async () => {
  world.sync.createsLeads = false;
  const leadId = world.aLead();
  const route = "POST /services/data/:version/composite";
  const held = world.sandbox.faults.add({ route, kind: "unavailable", record: leadId });
  const id = world.contact();
  world.setContact(id, qualifies);
  const handedOver = async () => (await becauseOf(id)).filter((each) => each === "ignored routed-in-the-other-crm");
  await world.inTime("its event and the sweep handed it over", async () => (await handedOver()).length === 2);

  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    deleteRecord(writing, tableOf(world.org, "Lead").object, leadId),
  );
  world.sandbox.faults.remove(held.id);

  await world.inTime("the contact is owned", () => world.ofContact(id, "hubspot_owner_id") !== "");
  await world.inTime("there is a task", () => world.contactTasks(id).length > 0);
  expect((await decisions()).map((row) => row.leadId)).toEqual([id]);
});

/** A lead of both whom the owner of the account in the org has; answers the ids of lead and contact. */
async function ownedByAda(contactOwner: Record<string, string> = {}): Promise<{ leadId: string; id: string }> {
  await world.account({ Name: "Muster Maschinen GmbH", Website: "muster-maschinen.de", OwnerId: world.reps[0] });
  const leadId = world.aLead();
  const id = world.contact(contactOwner);
  await world.pass(45_000);
  world.setContact(id, qualifies);
  await world.inTime("the lead is owned", () => writtenTo(leadId).length > 0);
  await world.inTime("there is a task", () => world.tasksOf(leadId).length > 0);
  return { leadId, id };
}

test("whom a person gives a contact to has the lead too: the sync carries it over, and Baton does not undo it", async () => {
  const { leadId, id } = await ownedByAda();
  await world.inTime(
    "the sync carried the owner over",
    () => world.ofContact(id, "hubspot_owner_id") === world.owners[0],
  );

  world.setContact(id, { hubspot_owner_id: world.owners[1] }, "person");
  await world.inTime("the sync carried the choice over", () => world.lead(leadId).OwnerId === world.reps[1]);
  await world.pass(120_000);

  expect(world.lead(leadId).OwnerId).toBe(world.reps[1]);
  expect(writtenTo(leadId)).toEqual([world.reps[0]]);
  expect(await becauseOf(id)).toContain("ignored not-the-authority");
  expect(await alerts()).toEqual([]);
  const lead = world.app.deps.db.query.selectFrom("leads").select("state").where("leadId", "=", leadId);
  expect(await lead.execute()).toEqual([{ state: "kept" }]);
});

test("a sync that undoes the authority's word is answered once; when it does so again Baton stops, and one report names both and what each said", async () => {
  world.sync.alwaysPortal = true;
  const { leadId, id } = await ownedByAda({ hubspot_owner_id: world.owners[1] });

  await world.inTime("Baton has stopped", async () => (await alerts()).length > 0);
  await world.pass(180_000);

  expect(writtenTo(leadId)).toEqual([world.reps[0], world.reps[0]]);
  expect(world.lead(leadId).OwnerId).toBe(world.reps[1]);
  const [report, ...others] = await alerts();
  expect([report?.kind, report?.subjectId, others]).toEqual(["owner-conflict", leadId, []]);
  expect(report?.message).toMatch(
    new RegExp(
      `^Salesforce account ${world.org.id} and HubSpot account 62515 keep undoing each other's owner of lead ${leadId}, which is ${id} there; Baton wrote it twice and stops\\. .*Baton set Ada Berg in Salesforce.*somebody else set Ben Cole in Salesforce.*Baton set Ada Berg in Salesforce.*somebody else set Ben Cole in Salesforce`,
    ),
  );
  expect(report?.whatToDo).toContain("let owners go one way");
  expect((await decisions()).map((row) => row.leadId)).toEqual([leadId]);
});

test("a person's data that is deleted for privacy's sake in the one CRM is gone from the decision in the other", async () => {
  const { leadId, id } = await ownedByAda();
  world.erase(id);
  await world.inTime("the facts are gone", async () => (await decisions()).every(({ facts }) => facts === null));

  expect(world.lead(leadId).OwnerId).toBe(world.reps[0]);
  expect((await decisions()).map((row) => row.leadId)).toEqual([leadId]);
});
