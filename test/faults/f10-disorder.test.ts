import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { qualifyingStage, readTruth } from "../../scripts/chaos/hubspot/truth.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import type { HubspotRecord, Portal } from "../../src/sandbox/hubspot/portal.ts";
import { type Journey, startJourney } from "../journeys/world.ts";
import { colleague, type Fate, fates, type Told, toldByEventsAlone } from "./fates.ts";
import { passMinute, passUntilWritten, roomyPolicy } from "./journey.ts";
import { scale } from "./scale.ts";

// F10 (reliability.md §3.7): events out of order, late, repeated and lost (I1, I8, I15).

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const foundWithinMs = 15 * minuteMs;
/** Leads of each fate. */
const ofEach = scale(2, 50);
/** What is a day late comes in steps of so much. */
const calmStepMs = scale(60, 20) * minuteMs;
/** The last lead comes back in minute 42, and has its quarter of an hour. */
const storyMinutes = 60;

const disorder = {
  shuffle: true,
  shuffleWithinMs: 30 * minuteMs,
  duplicates: 0.3,
  duplicateMax: 3,
  delayMs: dayMs,
  delayProbability: 0.05,
  dropProbability: 0.02,
};

/** One rep a pool: who gets a lead does not hang on whose turn it is when the lead is heard of. */
function oneRepAPool(portal: Portal): void {
  for (const id of ["102", "202", "302"]) {
    const owner = portal.owners.get(id);
    if (owner !== undefined) owner.archived = true;
  }
}

type Lead = Told & { name: string; fate: Fate; minute: number };

test("the CRM ends as it does when each event comes once, in order and at once; what was lost is found", async () => {
  const ordered = await tell("ordered");
  const disordered = await tell("disordered");

  expect(disordered.state).toEqual(ordered.state);
  expect(disordered.lost).toBeGreaterThan(0);
  expect(disordered.late).toEqual([]);
  expect(disordered.twice).toEqual([]);
}, 600_000);

/** Tells the same story in a world of its own, until the last event has come. */
async function tell(how: "ordered" | "disordered") {
  const journey = await startJourney({ policyText: roomyPolicy, prepare: oneRepAPool });
  const { settings } = journey.hubspot.webhooks;
  const leads: Lead[] = [];
  const plan = storyOf(createRandom(7));
  if (how === "disordered") Object.assign(settings, disorder);
  for (let minute = 0; minute <= storyMinutes; minute += 1) {
    for (const { name, fate, country } of plan.get(minute) ?? []) {
      // Some lose all of their events, so that a run of any length has such.
      const isLost = how === "disordered" && leads.length % 20 === 3;
      settings.dropProbability = isLost ? 1 : settings.dropProbability;
      const otherId = journey.qualify({ email: `other-${name}@somewhere.example`, country });
      const id = journey.qualify({ email: `${name}@somewhere.example`, country });
      settings.dropProbability = how === "disordered" ? disorder.dropProbability : 0;
      leads.push({ journey, id, otherId, name, fate, minute });
    }
    for (const [at, lead] of leads.entries()) {
      // Every other lead's fate is heard of a day late; what an event alone tells is not lost.
      settings.delayProbability = at % 2 === 0 ? 1 : disorder.delayProbability;
      settings.dropProbability = how === "ordered" || toldByEventsAlone.has(lead.fate) ? 0 : disorder.dropProbability;
      lead.fate[minute - lead.minute]?.(lead);
    }
    settings.delayProbability = disorder.delayProbability;
    settings.dropProbability = how === "ordered" ? 0 : disorder.dropProbability;
    await passMinute(journey);
  }
  for (let passed = 0; passed < dayMs + 60 * minuteMs; passed += calmStepMs) await journey.step(calmStepMs);
  expect(await passUntilWritten(journey, foundWithinMs)).toBeLessThan(foundWithinMs);
  const state = stateOf(journey.portal);
  const lost = journey.hubspot.webhooks.deliveries.losses().length;
  const { late, twice } = await decisionsOf(journey);
  await journey.stop();
  return { state, lost, late, twice };
}

/** When which lead qualifies, and what becomes of it. */
function storyOf(random: () => number) {
  const leads = Object.entries<Fate>(fates).flatMap(([name, fate]) =>
    Array.from({ length: ofEach }, (_, at) => ({
      name: `${name.replaceAll(" ", "-")}-${at}`,
      fate,
      country: random() < 0.5 ? "Germany" : "United Kingdom",
      minute: Math.floor(random() * 18),
    })),
  );
  return Map.groupBy(leads, ({ minute }) => minute);
}

/** What people see of each lead: who has it, where it stands, which tasks are open for whom. By e-mail address. */
function stateOf(portal: Portal): Record<string, unknown> {
  const contacts = [...(portal.records.get("0-1")?.values() ?? [])].filter(({ archivedAt }) => archivedAt === null);
  const entries = contacts.map((contact) => [read(contact, "email"), seenOf(portal, contact)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const read = ({ properties }: HubspotRecord, name: string) => properties.get(name) ?? "";

function seenOf(portal: Portal, contact: HubspotRecord) {
  const taskIds = [...(portal.associations.get(`0-1:${contact.id}:0-27`)?.keys() ?? [])];
  const tasks = taskIds.flatMap((id) => portal.records.get("0-27")?.get(id) ?? []);
  const open = tasks.filter((task) => read(task, "hs_task_status") === "NOT_STARTED" && task.archivedAt === null);
  return {
    owner: read(contact, "hubspot_owner_id"),
    stage: read(contact, "lifecyclestage"),
    openTasks: open.map((task) => read(task, "hubspot_owner_id")),
  };
}

/** First decisions that came late, and leads that had more of them than the CRM's own history has entries into the stage. */
async function decisionsOf({ app, hubspot, portal }: Journey) {
  const { query } = app.deps.db;
  type Row = { id: string; leadId: string; qualifiedAt: string; decidedAt: string; round: number };
  const { rows } = await sql<Row>`select id, lead_id, qualified_at, decided_at, round from decisions`.execute(query);
  const firsts = rows.filter(({ round }) => round === 0);
  const laterIds = new Set(rows.filter(({ round }) => round > 0).map(({ id }) => id));
  // What our table does not call a later round is a first decision, whether that knows of it or the CRM alone.
  // But for what was put back: a person chose the colleague, whom no decision gives a lead.
  const written = readTruth(hubspot, [portal])
    .ownerWrites.filter(({ decisionId, ownerId }) => decisionId !== null || ownerId !== colleague)
    .map(({ leadId, decisionId }) => ({ leadId, id: decisionId }));
  const decided = Map.groupBy([...firsts, ...written], ({ leadId }) => leadId);
  const merged = new Set([...portal.mergedInto].flat());
  const contacts = [...(portal.records.get("0-1")?.values() ?? [])].filter(({ id }) => !merged.has(id));
  return {
    late: firsts.filter(
      ({ qualifiedAt, decidedAt }) => Date.parse(decidedAt) - Date.parse(qualifiedAt) > foundWithinMs,
    ),
    twice: contacts.flatMap(({ id: leadId, history }) => {
      const ids = new Set(
        (decided.get(leadId) ?? []).map(({ id }) => id).filter((id) => id === null || !laterIds.has(id)),
      );
      const entries = (history.get("lifecyclestage") ?? []).filter(({ value }) => value === qualifyingStage).length;
      return ids.size > entries ? [{ leadId, ids: [...ids], entries }] : [];
    }),
  };
}
