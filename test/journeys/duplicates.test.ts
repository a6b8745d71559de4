import { afterEach, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { archiveRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, type JourneyOptions, startJourney } from "./world.ts";

let journey: Journey;
afterEach(() => journey.stop());

async function start(options: JourneyOptions = {}): Promise<void> {
  journey = await startJourney(options);
}

/** Anna alone takes leads, one at a time; what she cannot take waits in the queue. */
const oneByOne = `
name: one by one
qualifying_stage: marketingqualifiedlead
stages: [availability, pick]
pools: [{ name: all, reps: ["101"] }]
waterfall: [all]
rep_defaults: { capacity: 1 }
`;

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const hot = (email: string, more: Record<string, string> = {}) => ({
  email,
  country: "Germany",
  hubspotscore: "90",
  ...more,
});
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const reasonOf = (id: string) => journey.property("0-1", id, "baton_reason");
const query = () => journey.app.deps.db.query;

async function stateOf(leadId: string): Promise<string | undefined> {
  const row = await query().selectFrom("leads").select("state").where("leadId", "=", leadId).executeTakeFirst();
  return row?.state;
}

/** Anna has her one lead; the first lead of a person waits in the queue, and the second follows it. */
async function aFollower(): Promise<{ taken: string; first: string; second: string }> {
  await start({ policyText: oneByOne });
  const taken = journey.qualify(hot("somebody@else.example"));
  await journey.settled();
  const first = journey.qualify(hot("jana.muster@gmail.com"));
  await journey.settled();
  const second = journey.qualify(hot("janamuster+fair@googlemail.com"));
  await journey.settled();
  expect([ownerOf(taken), ownerOf(first), ownerOf(second)]).toEqual(["101", "", ""]);
  expect(reasonOf(second)).toBe(`follows lead ${first}, which has no owner yet: they have the same e-mail address`);
  expect([await stateOf(first), await stateOf(second)]).toEqual(["queued", "followed"]);
  expect(await explainLead(journey.app.deps, second)).toContain(
    `So it follows lead ${first}, which has no owner yet, and goes to whoever gets that.`,
  );
  return { taken, first, second };
}

/** Anna is done with the lead, and has room again. */
async function close(leadId: string): Promise<void> {
  await journey.pass(60_000);
  journey.toStage(leadId, "salesqualifiedlead");
  await journey.settled();
}

test("a second contact of a person whose first has an owner goes there, and its task says whose duplicate it is", async () => {
  await start();
  const phone = { phone: "089 1234567", lastname: "Muster" };
  const first = journey.qualify(hot("jana@somewhere.example", { ...phone, firstname: "Jana" }));
  await journey.settled();
  const second = journey.qualify(
    hot("info@another.example", { phone: "+49 (89) 123 45 67", firstname: "J.", lastname: "Muster" }),
  );
  const colleague = journey.qualify(hot("karl@somewhere.example", { ...phone, firstname: "Karl", lastname: "Weber" }));
  await journey.settled();

  expect(ownerOf(first)).not.toBe("");
  expect(ownerOf(second)).toBe(ownerOf(first));
  expect(reasonOf(second)).toContain(`has lead ${first} of the same person`);
  const [task = ""] = journey.tasksOf(second);
  expect(journey.property("0-27", task, "hs_task_body")).toContain(
    `It is a duplicate of lead ${first}, which is yours: they have the same phone number.`,
  );
  expect(reasonOf(colleague)).toContain("in pool dach");
  expect(await explainLead(journey.app.deps, second)).toContain(
    `It is the same person as lead ${first}: they have the same phone number.`,
  );
}, 90_000);

test("two contacts of one person that qualify at the same moment have one owner", async () => {
  await start();
  const ids = ["kim@gmail.com", "k.im@gmail.com", "kim+x@gmail.com"].map((email) => journey.qualify(hot(email)));
  await journey.settled();
  expect(new Set(ids.map(ownerOf)).size).toBe(1);
  expect(ownerOf(ids[0] ?? "")).not.toBe("");
  expect(ids.map((id) => journey.tasksOf(id).length)).toEqual([1, 1, 1]);
}, 90_000);

test("what follows a waiting lead gets its owner the moment a person gives it one", async () => {
  const { first, second } = await aFollower();
  playRep(journey.portal, { action: "claim-lead", contactId: first, ownerId: "102" });
  await journey.settled();

  expect([ownerOf(first), ownerOf(second)]).toEqual(["102", "102"]);
  expect(journey.tasksOf(second)).toHaveLength(1);
  expect(await stateOf(second)).toBe("assigned");
}, 90_000);

test("what follows a lead that is deleted is decided on its own", async () => {
  const { taken, first, second } = await aFollower();
  await close(taken);
  archiveRecord(journey.portal, "0-1", first, person);
  await journey.settled();

  expect(ownerOf(second)).toBe("101");
  expect(reasonOf(second)).toContain("in pool all");
  const decisions = await query()
    .selectFrom("decisions")
    .select(["round", "cause"])
    .where("leadId", "=", second)
    .orderBy("round")
    .execute();
  expect(decisions).toEqual([
    { round: 0, cause: "qualified" },
    { round: 1, cause: "followed" },
  ]);
}, 90_000);

test("what follows a lead that is merged into it is decided on its own", async () => {
  const { taken, first, second } = await aFollower();
  await close(taken);
  const survivor = mergeContacts(journey.portal, second, first, person);
  await journey.settled();
  expect(ownerOf(survivor)).toBe("101");
}, 90_000);

test("what was forgotten is found by the sweep: a lead that follows one which has an owner", async () => {
  const { taken, first, second } = await aFollower();
  // As if the moment had passed unseen.
  await query().updateTable("leads").set({ state: "stopped" }).where("leadId", "=", first).execute();
  await close(taken);
  expect(ownerOf(second)).toBe("");
  await journey.pass(3 * 60_000);
  expect(ownerOf(second)).toBe("101");
}, 90_000);
