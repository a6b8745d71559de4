import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const minutes = (count: number) => count * 60_000;
const hot = (email: string) => ({ email, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const said = (leadId: string) =>
  journey.progress.flatMap((line) => (line.kind === "sla" && line.leadId === leadId ? [line.what] : []));

/** What `explain` tells, by decision, the latest first. */
async function stories(leadId: string): Promise<string[][]> {
  const lines = await explainLead(journey.app.deps, leadId);
  return lines
    .join("\n")
    .split("\n\n")
    .map((story) => story.split("\n"));
}

test("a T1 lead that nobody touches is reminded at 5 minutes, breached at 15 and goes to the other rep", async () => {
  const id = journey.qualify(hot("untouched@somewhere.example"));
  await journey.settled();
  const first = ownerOf(id);
  const [task = ""] = journey.tasksOf(id);

  await journey.pass(minutes(6));
  expect(said(id)).toEqual(["reminded"]);

  await journey.pass(minutes(11));
  expect(said(id)).toEqual(["reminded", "breached", "reassigned"]);
  expect(ownerOf(id)).not.toBe(first);
  expect(["101", "102"]).toContain(ownerOf(id));
  expect(journey.property("0-27", task, "hs_task_status")).toBe("COMPLETED");
  expect(journey.tasksOf(id).map((each) => journey.property("0-27", each, "hs_task_status"))).toContain("NOT_STARTED");

  const [one, other] = first === "101" ? ["Anna Rep101", "Bernd Rep102"] : ["Bernd Rep102", "Anna Rep101"];
  expect(journey.property("0-27", task, "hs_task_body")).toContain(
    `Closed by Baton: the first-touch limit passed, so the lead went to ${other}.`,
  );
  expect(journey.property("0-27", task, "hs_task_body")?.match(/\/decisions\//g)).toHaveLength(1);
  const [again = [], before = []] = await stories(id);
  expect(again).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        `^Lead ${id} qualified on Tue 17 Nov 2026, 15:00:.* reassignment 1, because ${one} did not`,
      ),
      expect.stringMatching(`^Credit in pool dach, before and after: .*${other} \\S+ → \\S+\\.$`),
      `So it went to ${other}.`,
      "The clock is running: no first touch yet.",
    ]),
  );
  expect(before.slice(-4)).toEqual([
    expect.stringMatching(`^${one} was to act on it by Tue 17 Nov 2026, 15:15:.. \\(Europe/Berlin\\)\\.$`),
    expect.stringMatching(/^Reminded: Tue 17 Nov 2026, 15:0[56]:/),
    "Breached: nobody had acted on it by Tue 17 Nov, 15:15.",
    expect.stringMatching(/^The clock ended on .*: the lead was taken from them, to go to the next rep\.$/),
  ]);
});

test("a completed task stops the clock", async () => {
  const id = journey.qualify(hot("completed@somewhere.example"));
  await journey.settled();
  const first = ownerOf(id);
  const [taskId = ""] = journey.tasksOf(id);

  playRep(journey.portal, { action: "complete-task", taskId });
  await journey.pass(minutes(20));

  expect(ownerOf(id)).toBe(first);
  expect(said(id)).toEqual(["touched"]);
  expect((await stories(id))[0]?.at(-1)).toMatch(/^Met: first touch by \w+ Rep10\d on Tue 17 Nov 2026, /);
});

test("a call that a person logged stops the clock", async () => {
  const id = journey.qualify(hot("called@somewhere.example"));
  await journey.settled();
  const first = ownerOf(id);

  await journey.pass(minutes(1));
  playRep(journey.portal, { action: "log-call", contactId: id });
  await journey.pass(minutes(20));

  expect(ownerOf(id)).toBe(first);
  expect(said(id)).toEqual(["touched"]);
});

test("an account owner who lets it lapse keeps the lead, and the clock says breached", async () => {
  const id = journey.qualify(hot("kim@borealis.example"), "5001");
  await journey.settled();
  expect(ownerOf(id)).toBe("101");

  await journey.pass(minutes(20));

  expect(ownerOf(id)).toBe("101");
  expect(said(id)).toContain("breached");
  expect(said(id)).not.toContain("reassigned");
  expect(journey.property("0-1", id, "baton_sla_status")).toBe("breached");
  expect(await explainLead(journey.app.deps, id)).toContain(
    "There is no first touch yet, and the lead stays there: who has a claim keeps it.",
  );
});

test("a snoozed task makes the breach wait for its new date", async () => {
  const id = journey.qualify(hot("snoozed@somewhere.example"));
  await journey.settled();
  const first = ownerOf(id);
  const [taskId = ""] = journey.tasksOf(id);

  playRep(journey.portal, { action: "snooze-task", taskId, until: journey.clock.now() + minutes(40) });
  await journey.pass(minutes(30));

  expect(ownerOf(id)).toBe(first);
  expect(said(id)).not.toContain("breached");
});

test("a deleted task is no touch: the clock runs on", async () => {
  const id = journey.qualify(hot("deleted@somewhere.example"));
  await journey.settled();
  const first = ownerOf(id);
  const [taskId = ""] = journey.tasksOf(id);

  playRep(journey.portal, { action: "delete-task", taskId });
  await journey.pass(minutes(20));

  expect(said(id)).toContain("breached");
  expect(ownerOf(id)).not.toBe(first);
});
