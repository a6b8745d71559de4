import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { scale } from "../faults/scale.ts";
import { type Door, openDoor, portals } from "./door.ts";
import { endingsOf, play } from "./play.ts";
import { delivery, event } from "./request.ts";
import { tenantRows } from "./rows/tenants.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.world.stop());
beforeEach(() => door.clear());

describe("reliability.md §5.4: an event is its own portal's and nobody else's", () => {
  test.each(tenantRows)("%s", async (_title, forms) => {
    expect(await play(door, forms)).toEqual(endingsOf(forms));
  });
});

test("events of portals that nobody installed, or removed, are counted", async () => {
  const before = await unknownEvents();
  await door.send(delivery({ body: JSON.stringify([event("999", 9), event(portals.removed, 4), event("11", 1)]) }));

  expect((await unknownEvents()) - before).toBe(2);
});

const portal = fc.constantFrom(...Object.values(portals), "999", "0", "111", "1");
/** Its portal, whether the id is text, another portal that stands in it too, and whether it is junk. */
const part = fc.tuple(portal, fc.boolean(), fc.option(portal), fc.boolean());
const mixed = fc.array(part, { minLength: 1, maxLength: 8 });
const atOnce = 50;

test(
  "however portals are mixed in a delivery, each has its own events and no other's",
  async () => {
    const isolated = fc.asyncProperty(fc.array(mixed, { maxLength: atOnce, size: "max" }), async (batches) => {
      await door.clear();
      const deliveries = batches.map((batch, index) => batch.map((given, place) => toEvent(given, index * 10 + place)));
      await door.sendAll(deliveries.map((events) => events.map(({ element }) => element)));
      const due = deliveries.flat().flatMap(({ ending }) => ending);
      expect((await door.stored()).sort()).toEqual(due.sort());
    });
    // Half of `atOnce` is in an array at an average.
    await fc.assert(isolated, { numRuns: scale(1_000, 100_000) / (atOnce / 2) });
  },
  scale(30_000, 1_200_000),
);

type Part = readonly [portalId: string, isText: boolean, other: string | null, isJunk: boolean];

/** An event and, when somebody installed its portal, how it must be stored. */
function toEvent([portalId, isText, other, isJunk]: Part, subject: number) {
  const more = { ...(isText ? { portalId } : {}), accountId: other, sourceId: `portal:${other}` };
  const element = event(portalId, isJunk ? -1 - subject : subject, more);
  const isOurs = [portals.a, portals.b, portals.paused].includes(portalId);
  const stored = isJunk ? `${portalId}: parked` : `${portalId}: lead ${subject}`;
  return { element, ending: isOurs ? [stored] : [] };
}

async function unknownEvents(): Promise<number> {
  const text = await door.world.deps.metrics.text();
  return Number(/baton_events_total\{result="unknown-account"\} (\d+)/.exec(text)?.[1]);
}
