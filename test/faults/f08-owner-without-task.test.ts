import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { redriveParked } from "../../src/pipeline/redrive.ts";
import type { Fault } from "../../src/sandbox/hubspot/faults.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { alter, type Journey, startJourney } from "../journeys/world.ts";
import { roomyPolicy } from "./journey.ts";
import { scale } from "./scale.ts";

// F8 (reliability.md §3.5): the owner is written and the task is not. It comes, or a person is told.

const minuteMs = 60_000;
const leads = scale(40, 2_000);
/** The repair window of 15 minutes, and the time to see that it has passed. */
const toldWithinMs = 16 * minuteMs;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({ policyText: roomyPolicy });
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const query = () => journey.app.deps.db.query;

/** No task can be made for these leads. */
const doom = (fault: Pick<Fault, "kind" | "status">) =>
  journey.hubspot.faults.add({
    route: "POST /crm/objects/:version/tasks/batch/create",
    containing: "Doomed",
    ...fault,
  });

/** One lead of twenty is doomed. */
function qualifyAll(name: string): { all: string[]; doomed: string[] } {
  const all = Array.from({ length: leads }, (_, at) =>
    journey.qualify({
      email: `${name}${at}@somewhere.example`,
      lastname: at % 20 === 0 ? "Doomed" : "Lucky",
      country: "Germany",
    }),
  );
  return { all, doomed: all.filter((_, at) => at % 20 === 0) };
}

function ownedSince(leadId: string): number | null {
  const history = journey.portal.records.get("0-1")?.get(leadId)?.history.get("hubspot_owner_id") ?? [];
  return history.length === 0 ? null : Math.min(...history.map(({ timestamp }) => timestamp));
}

/** Of those whose owner has stood for longer than the repair window: no task, and nobody was told. */
async function forgotten(ids: readonly string[]): Promise<string[]> {
  const limit = journey.clock.now() - toldWithinMs;
  const alerts = await openAlertsOfAll(query(), 10_000);
  const told = (id: string) =>
    alerts.some(({ kind, message }) => kind === "unwritten" || message.includes(`task of lead ${id}:`));
  return ids.filter((id) => (ownedSince(id) ?? limit) < limit && journey.tasksOf(id).length === 0 && !told(id));
}

/** Minute by minute, for longer than the window. */
async function forgottenWithin(ms: number, ids: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (let passed = 0; passed < ms; passed += minuteMs) {
    await journey.step(minuteMs);
    for (const id of await forgotten(ids)) found.add(id);
  }
  return [...found];
}

const ownerless = (ids: readonly string[]) => ids.filter((id) => ownedSince(id) === null);
const taskless = (ids: readonly string[]) => ids.filter((id) => journey.tasksOf(id).length === 0);

test("a rule refuses the tasks of 5 % for good: a person is told of each, and they come once the rule is gone and they are re-driven", async () => {
  doom({ kind: "rows-before", status: 400 });
  const { all, doomed } = qualifyAll("refused");

  expect(await forgottenWithin(20 * minuteMs, all)).toEqual([]);
  expect(ownerless(all)).toEqual([]);
  expect(taskless(all)).toEqual(doomed);

  journey.hubspot.faults.clear();
  const at = new Date(journey.clock.now()).toISOString();
  expect(await redriveParked(journey.app.deps.db, { workspaceId: null, at })).toEqual({
    events: 0,
    tasks: doomed.length,
  });
  await journey.pass(5 * minuteMs);
  expect(all.filter((id) => journey.tasksOf(id).length !== 1)).toEqual([]);
  expect((await openAlertsOfAll(query(), 10)).map(({ kind }) => kind)).not.toContain("task-refused");
}, 120_000);

test("the tasks of 5 % are answered with 500 for ever: a person is told, and they come once the CRM takes them", async () => {
  // The repair sweep runs every other minute: between two of them.
  await journey.step(minuteMs);
  doom({ kind: "rows-before", status: 500 });
  const { all, doomed } = qualifyAll("failing");

  expect(await forgottenWithin(20 * minuteMs, all)).toEqual([]);
  expect(ownerless(all)).toEqual([]);
  expect(taskless(all)).toEqual(doomed);

  journey.hubspot.faults.clear();
  await journey.pass(15 * minuteMs);
  expect(all.filter((id) => journey.tasksOf(id).length !== 1)).toEqual([]);
}, 120_000);

test("telling fails as well for five minutes: a person is told all the same", async () => {
  await sql`
    create function baton_test_untold() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$
  `.execute(query());
  await alter(
    journey,
    sql`create trigger baton_test_untold before insert on alerts for each row execute function baton_test_untold()`,
  );
  doom({ kind: "rows-before", status: 400 });
  const { all, doomed } = qualifyAll("untold");
  await forgottenWithin(5 * minuteMs, all);
  await alter(journey, sql`drop trigger baton_test_untold on alerts`);

  expect(await forgottenWithin(20 * minuteMs, all)).toEqual([]);
  expect(ownerless(all)).toEqual([]);
  expect(taskless(all)).toEqual(doomed);
}, 120_000);
