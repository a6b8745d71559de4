import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { scale } from "../faults/scale.ts";
import { type Door, openDoor } from "./door.ts";
import { mutatedDelivery } from "./mutations.ts";
import { endingsOf, play } from "./play.ts";
import { signatureRows } from "./rows/signature.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.world.stop());

describe("reliability.md §5.4: what HubSpot did not sign is refused, and nothing of it stored", () => {
  test.each(signatureRows)("%s", async (_title, forms) => {
    expect(await play(door, forms)).toEqual(endingsOf(forms));
  });
});

test(
  "whatever is changed of a signed delivery, it is refused, and nothing of it stored",
  async () => {
    await door.clear();
    const refusal = fc.asyncProperty(mutatedDelivery, async (request) => (await door.send(request)).status === 401);
    await fc.assert(refusal, { numRuns: scale(1_000, 100_000) });

    expect(await door.stored()).toEqual([]);
  },
  scale(30_000, 600_000),
);
