import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type Journey, startJourney } from "../journeys/world.ts";
import { scale } from "./scale.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

let journey: Journey;
beforeEach(async () => {
  const shipped = await readFile("src/policies/default.yaml", "utf8");
  // Nobody touches these leads: that no clock of theirs ends meanwhile is another test's matter.
  const patient = shipped.replace("T3: { warn: 3h, breach: 4h }", "T3: { warn: 48h, breach: 96h }");
  journey = await startJourney({ policyText: aroundTheClock(patient) });
}, 60_000);
afterEach(() => journey.stop());

const qualify = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    journey.qualify({ email: `loop-${index}@somewhere.example`, country: "Germany" }),
  );
const query = () => journey.app.deps.db.query;
const ownersOf = (id: string) => journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? [];
/** Owners that we wrote. */
const ours = (id: string) => ownersOf(id).filter(({ source }) => source.type === "INTEGRATION");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const alertKinds = async () => (await openAlertsOfAll(query(), 100)).map(({ kind }) => kind);

async function passIn(stepMs: number, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) await journey.nudge(stepMs);
}

async function decisionsOf(ids: readonly string[]): Promise<number[]> {
  const rows = await query().selectFrom("decisions").select("leadId").where("leadId", "in", ids).execute();
  return ids.map((id) => rows.filter(({ leadId }) => leadId === id).length);
}

async function statesOf(ids: readonly string[]): Promise<Set<string>> {
  const rows = await query().selectFrom("leads").select("state").where("leadId", "in", ids).execute();
  return new Set(rows.map(({ state }) => state));
}

const ownerWrites = (since: number) =>
  journey.hubspot.requests.list({ since }).filter(({ path }) => path.endsWith("/contacts/batch/update")).length;

describe("F9: our own writes do not trigger us", () => {
  const leads = scale(15, 400);

  test("however often, late and unsigned they echo (I10)", async () => {
    Object.assign(journey.hubspot.webhooks.settings, {
      duplicates: 0.8,
      duplicateMax: 4,
      duplicatesAsNew: true,
      shuffleWithinMs: 600 * secondMs,
      withoutSourceProbability: 0.5,
    });
    const ids = qualify(leads);
    // Triggers are held back as long as echoes: the last echo comes twenty minutes from now.
    await passIn(10 * secondMs, 21 * minuteMs);
    await journey.inTime("all are routed", () =>
      ids.every((id) => ownersOf(id).length > 0 && openTasks(id).length > 0),
    );
    const quietSince = journey.hubspot.requests.list().at(-1)?.id ?? 0;
    await passIn(30 * secondMs, 10 * minuteMs);

    const echoes = journey.hubspot.webhooks.deliveries
      .list()
      .flatMap(({ events }) => events)
      .filter(({ propertyName }) => propertyName === "hubspot_owner_id");
    expect(echoes.length).toBeGreaterThan(2 * leads);
    expect(echoes.some(({ changeSource }) => changeSource === undefined)).toBe(true);
    expect(new Set(await decisionsOf(ids))).toEqual(new Set([1]));
    expect(ids.filter((id) => ownersOf(id).length !== 1 || journey.tasksOf(id).length !== 1)).toEqual([]);
    expect(await statesOf(ids)).toEqual(new Set(["assigned"]));
    expect(ownerWrites(quietSince)).toBe(0);
  }, 300_000);
});

describe("F9: another router is not fought", () => {
  const leads = scale(5, 50);

  test.each([
    ["gives each lead to somebody else", "302"],
    ["clears each owner", "clear"],
  ])(
    "a workflow that %s at once: at most two writes, then the lead is parked, and a person is told",
    async (_what, to) => {
      journey.portal.settings.ownerWorkflow = to;
      const ids = qualify(leads);
      await journey.inTime("the workflow has struck", () => ids.every((id) => ownersOf(id).length > 1));
      await passIn(2 * secondMs, minuteMs);
      const since = journey.hubspot.requests.list().at(-1)?.id ?? 0;
      await passIn(30 * secondMs, 20 * minuteMs);

      expect(Math.max(...ids.map((id) => ours(id).length))).toBeLessThanOrEqual(2);
      expect(ownerWrites(since)).toBe(0);
      expect(new Set(await decisionsOf(ids))).toEqual(new Set([1]));
      expect(await statesOf(ids)).toEqual(new Set(["parked"]));
      expect(await alertKinds()).toContain("owner-fought");
      // The other router's word stands, and nobody is chased for a lead that he has not.
      expect(new Set(ids.map((id) => journey.property("0-1", id, "hubspot_owner_id")))).toEqual(
        new Set([to === "clear" ? "" : to]),
      );
      expect(ids.flatMap(openTasks)).toEqual([]);
    },
    120_000,
  );
});

describe("F9: the circuit breaker", () => {
  test("a lead that qualifies again and again is decided five times in ten minutes, then parked, and a person is told", async () => {
    const [id = ""] = qualify(1);
    const [other = ""] = [journey.qualify({ email: "calm@somewhere.example", country: "Germany" })];
    const decided = async () => (await decisionsOf([id]))[0] ?? 0;
    await journey.inTime("it is routed", () => openTasks(id).length > 0);
    const counts: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      journey.toStage(id, "");
      await journey.nudge(secondMs);
      journey.toStage(id, "marketingqualifiedlead");
      await passIn(2 * secondMs, 20 * secondMs);
      counts.push(await decided());
    }
    const parked = await query().selectFrom("inbox").selectAll().where("state", "=", "parked").execute();

    expect(counts).toEqual([2, 3, 4, 5, 5, 5, 5, 5]);
    expect(new Set(parked.map(({ because, subjectId }) => `${because} ${subjectId}`))).toEqual(
      new Set([`too-many-decisions ${id}`]),
    );
    expect(await alertKinds()).toContain("too-many-decisions");
    expect([await decisionsOf([other]), openTasks(other).length]).toEqual([[1], 1]);
  }, 120_000);
});
