import { afterEach, describe, expect, test } from "@jest/globals";
import { createRandom } from "../../src/sandbox/create-random.ts";
import type { Fault } from "../../src/sandbox/hubspot/faults.ts";
import { type Journey, startJourney } from "../journeys/world.ts";
import { passUntilWritten, roomyPolicy, tasksByKey } from "./journey.ts";
import { isWhole, scale } from "./scale.ts";

// F6 (reliability.md §3.3): the CRM's answer to a write does not tell what became of it.

const leads = scale(220, 10_000);
const seeds = Array.from({ length: scale(1, 50) }, (_, at) => at + 1);
/** Within it a task that is missing must be there (§3.5). */
const repairMs = 15 * 60_000;

const creations = "POST /crm/objects/:version/tasks/batch/create";
const updates = "POST /crm/objects/:version/contacts/batch/update";

const bent: readonly Omit<Fault, "route">[] = [
  { kind: "rows-before", rows: 0.37 },
  { kind: "rows-after", rows: 0.37 },
  { kind: "drop-before" },
  { kind: "drop-after" },
  // Later than we wait for an answer.
  { kind: "drop-after", delayMs: 21_000 },
  ...[500, 502, 504].flatMap((status) => [
    { kind: "status-before" as const, status },
    { kind: "status-after" as const, status },
  ]),
  ...[1_000, 10_000, 45_000].map((delayMs) => ({ kind: "late-effect" as const, delayMs })),
];

let journey: Journey;
afterEach(() => journey.stop());

describe.each(["accept", "reject"] as const)("an account that answers unique keys of tasks with %s", (uniqueKeys) => {
  test.each(
    seeds,
  )("one owner and one task for every lead, whatever the CRM answers (I2, I3), seed %d", async (seed) => {
    journey = await startJourney({
      seed,
      policyText: roomyPolicy,
      prepare: (portal) => {
        portal.settings.taskUniqueProperties = uniqueKeys;
      },
    });
    const ids = await qualifyUnderFaults(createRandom(seed));

    expect(await passUntilWritten(journey, repairMs)).toBeLessThan(repairMs);
    expect(faultsThatStruck()).toEqual(new Set(bent.map(({ kind }) => kind)));
    expect(ids.filter((id) => ownersOf(id).size !== 1)).toEqual([]);
    expect(ids.filter((id) => journey.tasksOf(id).length !== 1)).toEqual([]);
    expect([...tasksByKey(journey)].filter(([, tasks]) => tasks.length !== 1)).toEqual([]);
    const { readBacks, ambiguous } = taskCalls();
    expect(readBacks).toBeGreaterThan(0.3 * ambiguous);
    // Five more are the luck of a short form: it has two dozen such calls, and a busy machine looks for fewer at once.
    expect(readBacks).toBeLessThanOrEqual(1.2 * ambiguous + (isWhole ? 0 : 5));
  }, 3_600_000);
});

test("an effect that comes long after Baton looked twice and sent again: the second task is closed within the hour", async () => {
  journey = await startJourney({
    policyText: roomyPolicy,
    prepare: (portal) => {
      portal.settings.taskUniqueProperties = "reject";
    },
  });
  journey.hubspot.faults.add({ route: creations, times: 1, kind: "late-effect", status: 504, delayMs: 10 * 60_000 });
  const id = journey.qualify({ email: "late@somewhere.example", country: "Germany" });
  await journey.pass(11 * 60_000, 5_000);
  expect([...tasksByKey(journey).values()].map((tasks) => tasks.length)).toEqual([2]);

  await journey.pass(60 * 60_000, 60_000);
  const told = journey.tasksOf(id).filter((task) => bodyOf(task).includes("the CRM had made this task twice"));
  expect(told).toHaveLength(1);
  expect(told.map((task) => journey.property("0-27", task, "hs_task_status"))).toEqual(["COMPLETED"]);
  expect(await journey.app.deps.metrics.text()).toContain("baton_doubled_tasks_total 1");
}, 60_000);

/** Leads qualify in waves, the first a full batch, while each fault strikes once and then a share of the calls of its own. */
async function qualifyUnderFaults(random: () => number): Promise<string[]> {
  for (const route of [creations, updates]) {
    for (const fault of bent) journey.hubspot.faults.add({ ...fault, route, times: 1 });
    // Together they strike a third of the calls or more, each 1 % at least.
    for (const fault of bent) journey.hubspot.faults.add({ ...fault, route, probability: 0.01 + 0.06 * random() });
  }
  const ids: string[] = [];
  while (ids.length < leads) {
    const wave = ids.length === 0 ? 100 : Math.min(1 + Math.floor(random() * 12), leads - ids.length);
    for (let each = 0; each < wave; each += 1)
      ids.push(journey.qualify({ email: `lead${ids.length}@somewhere.example`, country: "Germany" }));
    await journey.step(500 + random() * 5_000);
  }
  return ids;
}

const bodyOf = (taskId: string) => journey.property("0-27", taskId, "hs_task_body") ?? "";

const ownersOf = (id: string) =>
  new Set(
    (journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? []).map(({ value }) => value),
  );

const requests = () => journey.hubspot.requests.list();
const faultsThatStruck = () => new Set(requests().flatMap(({ fault }) => fault ?? []));

/** Looks for tasks after answers that told nothing, per such answer: by the unique key, else through the lead. */
function taskCalls(): { readBacks: number; ambiguous: number } {
  const calls = requests().filter(({ path }) => path.includes("tasks"));
  const looks = calls.filter(
    ({ path, body }) =>
      path.includes("contacts/tasks/batch/read") || (path.endsWith("tasks/batch/read") && "idProperty" in Object(body)),
  );
  const ambiguous = calls.filter(({ route, fault }) => route.endsWith("/batch/create") && fault !== null);
  return { readBacks: looks.length, ambiguous: ambiguous.length };
}
