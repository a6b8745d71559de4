import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Rig, startRig } from "./baton-process.ts";
import { type FaultDatabase, openFaultDatabase } from "./open-database.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged, percentile } from "./signed-load.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.1, F3: ten times what it can carry, and then calm.

const floodMs = scale(5_000, 60_000);
/** So low that the flood passes it within the short form. */
const highWater = scale(3_000, 100_000);

let database: FaultDatabase;
let rig: Rig;
beforeAll(async () => {
  database = await openFaultDatabase();
  rig = await startRig({
    database: database.address,
    env: () => ({ BATON_INBOX_HIGH_WATER: String(highWater) }),
  });
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await database.drop();
});

test(
  "a flood of ten times the vendor's connections: taken within a second or told to come back; memory is back to 1.5 × idle, nothing is lost (I9)",
  async () => {
    const baton = rig.process("baton");
    const sender = rig.sender();
    // What has run once has its code and its buffers in memory.
    const warm = sender.load({ connections: 10, eventsPerPost: 100 });
    await pause(1_000);
    const warmPosts = await warm.stop();
    const idleMb = residentMb(baton.pid());

    const flood = sender.load({ connections: 100, eventsPerPost: 100 });
    await pause(floodMs);
    const posts = [...warmPosts, ...(await flood.stop())];
    const later = await sender.post(["90000001"]);
    await until("memory is back", () => residentMb(baton.pid()) <= 1.5 * idleMb, { withinMs: 30_000, everyMs: 200 });
    await baton.stop();
    const stored = await rig.storedRows();

    const acknowledged = posts.filter(isAcknowledged);
    const refused = posts.filter((post) => !isAcknowledged(post));
    expect(acknowledged.flatMap(({ ids }) => ids).filter((id) => stored.get(id) !== 1)).toEqual([]);
    expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(isAcknowledged(later) || later.status === 503).toBe(true);
    expect(
      percentile(
        acknowledged.map(({ ms }) => ms),
        99,
      ),
    ).toBeLessThan(1_000);
  },
  isWhole ? 300_000 : 90_000,
);

/** What the process holds in memory, as the kernel counts it. */
function residentMb(pid: number): number {
  const [, kb = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1024;
}
