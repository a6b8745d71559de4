import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { listAlerts } from "../../src/pipeline/list-alerts.ts";
import { scale } from "../faults/scale.ts";
import { type Door, openDoor } from "./door.ts";
import { oddBody, oddElement } from "./odd-bodies.ts";
import { endingsOf, play } from "./play.ts";
import { delivery, event } from "./request.ts";
import { framingRows, unendedRows } from "./rows/framing.ts";

let door: Door;
let hasty: Door;
beforeAll(async () => {
  door = await openDoor();
  hasty = await openDoor({ headersMs: 200, requestMs: 300, checkMs: 30 });
});
afterAll(async () => {
  await door.world.stop();
  await hasty.world.stop();
});

describe("reliability.md §5.4: bodies and their framing", () => {
  test.each(framingRows)("%s", async (_title, forms) => {
    expect(await play(door, forms)).toEqual(endingsOf(forms));
  });

  test.each(unendedRows)("%s", async (_title, forms) => {
    expect(await play(hasty, forms)).toEqual(endingsOf(forms));
  });
});

test("what is parked at the door is shown, with its reason and what to do", async () => {
  await door.clear();
  await door.send(delivery({ body: JSON.stringify([event("11", 7), event("11", -1)]) }));

  expect((await listAlerts(door.world.db.query, 10)).join("\n")).toMatch(
    /events-unreadable .*\n.*account 11 .*objectId: must be an id in digits\.\n {2}What to do: .*baton redrive/,
  );
});

const limitMs = scale(30_000, 1_200_000);
const atOnce = 50;

test(
  "whatever one element is, its sibling is stored",
  async () => {
    const kept = fc.asyncProperty(fc.array(oddElement, { maxLength: atOnce, size: "max" }), async (elements) => {
      await door.clear();
      const siblings = elements.map((_, index) => 10_000_000 + index);
      await door.sendAll(elements.map((element, index) => [element, event("11", siblings[index] ?? 0)]));
      expect(await door.stored()).toEqual(expect.arrayContaining(siblings.map((id) => `11: lead ${id}`)));
    });
    // Half of `atOnce` is in an array at an average.
    await fc.assert(kept, { numRuns: scale(500, 50_000) / (atOnce / 2) });
  },
  limitMs,
);

test(
  "whatever a body is made of, it is taken or refused, and the next one is taken",
  async () => {
    await door.clear();
    const answered = fc.asyncProperty(oddBody, async ({ request, mayEnd }) =>
      mayEnd.includes((await door.send(request)).status),
    );
    await fc.assert(answered, { numRuns: scale(500, 50_000) });

    expect(await door.send(delivery())).toEqual({ status: 204, code: null });
  },
  limitMs,
);
