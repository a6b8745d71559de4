import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { type FaultDatabase, openFaultDatabase } from "./open-database.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged } from "./signed-load.ts";
import { pause } from "./until.ts";

// reliability.md §3.1, F1: ten connections full of events, and the process that takes them is killed again and again.

const rounds = scale(3, 200);

let database: FaultDatabase;
let rig: Rig;
beforeAll(async () => {
  database = await openFaultDatabase();
  rig = await startRig({ database: database.address });
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await database.drop();
});

test(
  "ten connections of 100-event posts and kill -9 at random: acknowledged − stored = 0, and nothing is stored twice (I9)",
  async () => {
    const random = createRandom(1);
    const baton = rig.process("baton");
    const load = rig.sender().load({ connections: 10, eventsPerPost: 100 });
    for (let round = 0; round < rounds; round += 1) {
      await pause(100 + random() * 700);
      baton.kill();
      await baton.gone();
      await baton.start();
    }
    await pause(500);
    const posts = await load.stop();
    await baton.stop();
    const stored = await rig.storedRows();

    const acknowledged = posts.filter(isAcknowledged).flatMap(({ ids }) => ids);
    expect(acknowledged.length).toBeGreaterThan(rounds * 100);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter(([, rows]) => rows !== 1)).toEqual([]);
  },
  isWhole ? 3_600_000 : 90_000,
);
