import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { alerts, parked, type Struck, tablesWith, wrongsOf } from "./lives/expect-life.ts";
import { startHubspotLife } from "./lives/hubspot.ts";
import { startSalesforceLife } from "./lives/salesforce.ts";
import { type Kind, kinds, type LifeWorld, type Point, points, startLifeWorld } from "./lives/world.ts";
import { scale } from "./scale.ts";

// F11 (reliability.md §3.8): leads are merged, deleted, converted, restored and erased in the middle of Baton's work.

const cases = kinds.flatMap((kind) => points.map((point) => [kind, point] as const));
const random = createRandom(11);
/** Of each CRM. */
const randomLeads = scale(60, 1_000);
const atOnce = 20;
/** The repair sweep comes every other minute, and each clock is looked at every quarter of an hour. */
const sweepsMs = [150_000, 16 * 60_000];

describe.each([
  ["HubSpot", startHubspotLife],
  ["Salesforce", startSalesforceLife],
])("F11 in %s", (crm, start) => {
  let world: LifeWorld;
  beforeAll(async () => {
    world = await startLifeWorld(await start());
  }, 60_000);
  afterAll(() => world.stop());

  /** A lead that is struck when it comes to this point. */
  function aLead(name: string, kind: Kind, point: Point): Struck {
    const otherId = world.create(`old${name}`);
    const leadId = world.qualify(name);
    const struck: Struck = { name: `${name} ${point}`, kind, leadId, livesOn: null, before: { owner: 0, task: 0 } };
    world.when(point, leadId, () => {
      struck.before = world.writes(leadId);
      struck.livesOn = world.strike(kind, leadId, otherId);
    });
    return struck;
  }

  async function live(all: readonly Struck[]): Promise<void> {
    await world.settled();
    expect(world.waiting()).toEqual([]);
    await world.settled();
    for (const { kind, leadId } of all) world.makeGood(kind, leadId);
    await world.settled();
    for (const ms of sweepsMs) await world.pass(ms);
  }

  const wrongs = async (all: readonly Struck[], mostAsks = 1) =>
    (await Promise.all(all.map((each) => wrongsOf(world, each, mostAsks)))).flat();

  test.each(cases)("%s %s: nothing is surprised, tried again in vain or left over", async (kind, point) => {
    const name = `canary${cases.findIndex(([k, p]) => k === kind && p === point)}x`;
    const struck = aLead(name, kind, point);
    await live([struck]);

    expect(await wrongs([struck])).toEqual([]);
    expect(world.surprises).toEqual([]);
    expect([...(await parked(world)), ...(await alerts(world))]).toEqual([]);
    if (crm === "HubSpot" && kind === "privacy deletion") expect(await tablesWith(world, name)).toEqual([]);
  });

  test(`${randomLeads} leads, struck anywhere, many of them in the same calls`, async () => {
    for (let made = 0; made < randomLeads; made += atOnce) {
      const all = Array.from({ length: atOnce }, (_, at) => {
        const [kind, point] = cases[Math.floor(random() * cases.length)] ?? ["delete", "before it is read"];
        return aLead(`stray${made + at}x`, kind, point);
      });
      await live(all);

      expect(await wrongs(all, 2)).toEqual([]);
    }
    expect(world.surprises).toEqual([]);
    expect([...(await parked(world)), ...(await alerts(world))]).toEqual([]);
  }, 1_800_000);
});
