import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { shippedText } from "../builders.ts";
import { type Journey, startJourney } from "./world.ts";

// Anna owns Borealis, can carry two points of work, and Elif is her manager.
let journey: Journey;
beforeAll(async () => {
  const policyText = shippedText.replace("\nreps: {}\n", '\nreps: { "101": { capacity: 2, manager: Elif Rep301 } }\n');
  journey = await startJourney({ policyText });
}, 60_000);
afterAll(() => journey.stop());

const alerts = async () =>
  (await openAlertsOfAll(journey.app.deps.db.query, 10)).filter(({ kind }) => kind === "owner-over-capacity");

function qualifyAtBorealis(name: string): string {
  return journey.qualify({ email: `${name}@borealis.example`, country: "Germany", hubspotscore: "90" }, "5001");
}

async function leadOfBorealis(name: string): Promise<string> {
  const id = qualifyAtBorealis(name);
  await journey.settled();
  expect(journey.property("0-1", id, "hubspot_owner_id")).toBe("101");
  return id;
}

const tasksOfElif = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hubspot_owner_id") === "301");

test("an owner keeps getting leads by a claim when full; the manager is told once, and an alert stands until there is room", async () => {
  const within = [await leadOfBorealis("ada"), await leadOfBorealis("bea")];
  expect(await alerts()).toEqual([]);
  const over = await leadOfBorealis("cleo");
  const another = await leadOfBorealis("dora");

  expect([...within, over, another].map((id) => tasksOfElif(id).length)).toEqual([0, 0, 1, 0]);
  const [task = ""] = tasksOfElif(over);
  expect(journey.property("0-27", task, "hs_task_subject")).toMatch(/^A rep has more than they can carry: /);
  expect(journey.property("0-27", task, "hs_task_body")).toContain(
    "Anna Rep101 had 2 of 2 points of open work when this lead came. They got it all the same, because Anna Rep101 owns the account.",
  );
  expect(await alerts()).toMatchObject([
    {
      subjectId: "101",
      message: `Lead ${over} went to Anna Rep101 (rep 101), who has a claim to it and had 2 of 2 points of open work already.`,
    },
  ]);

  // As much as they can carry again, which leaves no room.
  for (const id of within) journey.toStage(id, "opportunity");
  await journey.pass(7 * 60_000);
  expect(await alerts()).toHaveLength(1);
  expect(tasksOfElif(await leadOfBorealis("emma"))).toHaveLength(0);

  for (const id of [over, another]) journey.toStage(id, "opportunity");
  await journey.pass(7 * 60_000);
  expect(await alerts()).toEqual([]);
  await leadOfBorealis("fay");
  // Both are decided at once.
  const both = ["gwen", "hana"].map(qualifyAtBorealis);
  await journey.settled();
  expect(both.flatMap(tasksOfElif)).toHaveLength(1);
});
