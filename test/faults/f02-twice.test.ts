import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { type FaultDatabase, openFaultDatabase } from "./open-database.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged } from "./signed-load.ts";
import { until } from "./until.ts";

// reliability.md §3.1, F2: the same post several times at the same moment.

const posts = scale(40, 2_000);
const leads = scale(20, 500);

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
  "the same post two to five times in parallel: each is acknowledged, each event is stored once, each lead is decided once (I1, I3)",
  async () => {
    const random = createRandom(2);
    // The CRM's own sender says everything up to five times, too, out of order and in batches of its own.
    Object.assign(rig.hubspot.webhooks.settings, { duplicates: 1, duplicateMax: 4, shuffle: true });
    for (let each = 0; each < leads; each += 1) rig.qualify();

    const sender = rig.sender();
    const ids: string[] = [];
    for (let post = 0; post < posts; post += 1) {
      const own = Array.from({ length: 20 }, (_, at) => String(30_000_000 + post * 20 + at));
      const delivery = sender.prepare(own);
      const copies = Array.from({ length: 2 + Math.floor(random() * 4) }, () => delivery.send());
      const answers = await Promise.all(copies);
      ids.push(...own);
      expect(answers.filter((answer) => !isAcknowledged(answer))).toEqual([]);
    }
    await until("everyone has an owner and a task", rig.isRouted);
    await rig.process("baton").stop();
    const stored = await rig.storedRows();

    expect(ids.filter((id) => stored.get(id) !== 1)).toEqual([]);
    expect(await rig.violations()).toEqual([]);
  },
  isWhole ? 900_000 : 60_000,
);
