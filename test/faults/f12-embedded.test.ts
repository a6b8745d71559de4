import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { freePort } from "../../scripts/baton-process.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { type FreshDirectory, freshDirectory } from "../store/database.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged } from "./signed-load.ts";
import { pause } from "./until.ts";

// reliability.md §3.9, F12: the two loops that broke the embedded database when it stood alone.

const rounds = scale(2, 200);

let directory: FreshDirectory;
let rig: Rig;
beforeAll(async () => {
  directory = await freshDirectory();
  rig = await startRig({ database: { dataDir: directory.dataDir } });
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await directory.remove();
});

test(
  "kill -9 and second processes under load: what was acknowledged is stored, the database opens every time, and every second process is refused and told why",
  async () => {
    const random = createRandom(12);
    const baton = rig.process("baton");
    const load = rig.sender().load({ connections: 4, eventsPerPost: 20 });
    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const second = baton.another(await freePort());
      said.push(await second.start().then(() => "it was let in", String));
      second.kill();
      await second.gone();
      await pause(100 + random() * 700);
      baton.kill();
      await baton.gone();
      // Rejects with its own words when it does not open.
      await baton.start();
    }
    const posts = await load.stop();
    await baton.stop();
    const stored = await rig.storedIds();

    const acknowledged = posts.filter(isAcknowledged).flatMap(({ ids }) => ids);
    expect(said.filter((words) => !/The data directory .* is in use by the Baton process \d+/.test(words))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(rounds * 100);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    // Between a kill and the next start nobody answers; what does answer takes it, or says that it is not ready.
    const answered = posts.filter(({ status }) => status !== null && status !== 204);
    expect(answered.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
  },
  isWhole ? 3_600_000 : 60_000,
);
