import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { type Rig, startRig } from "./baton-process.ts";
import { onlyWhere } from "./only-where.ts";
import { type OwnPostgres, startOwnPostgres, whyNoPostgres } from "./own-postgres.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged, type Post, percentile } from "./signed-load.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.1, F3: ten times what it can carry, and then calm.

const floodMs = scale(5_000, 60_000);
/** So low that the flood passes it within the short form. */
const highWater = scale(3_000, 100_000);

// The embedded database is for one small workspace, and shares the thread that answers: a flood is the server's to take.
const whyNot = whyNoPostgres({ small: false });
let postgres: OwnPostgres | null = null;
let rig: Rig | null = null;
beforeAll(async () => {
  if (whyNot !== null) return;
  postgres = await startOwnPostgres();
  rig = await startRig({
    database: { url: postgres.url },
    roles: { web: "web", worker: "worker" },
    env: () => ({ BATON_INBOX_HIGH_WATER: String(highWater) }),
  });
}, 60_000);
afterAll(async () => {
  await rig?.stop();
  await postgres?.remove();
}, 30_000);

onlyWhere(whyNot)(
  "a flood of ten times the vendor's connections: taken within a second or told to come back; memory is back to 1.5 × idle, nothing is lost (I9)",
  async () => {
    if (rig === null) throw new Error("Nothing runs.");
    const web = rig.process("web");
    const sender = rig.sender();
    // What has run once has its code and its buffers in memory.
    const warm = sender.load({ connections: 10, eventsPerPost: 100 });
    await pause(1_000);
    const warmPosts = await warm.stop();
    const idleMb = residentMb(web.pid());

    const flood = sender.load({ connections: 100, eventsPerPost: 100 });
    await pause(floodMs);
    const posts = [...warmPosts, ...(await flood.stop())];
    await until("memory is back", () => residentMb(web.pid()) <= 1.5 * idleMb, { withinMs: 30_000, everyMs: 200 });
    await web.stop();
    const stored = await rig.storedRows();

    const acknowledged = posts.filter(isAcknowledged);
    const refused = posts.filter((post) => !isAcknowledged(post));
    expect(acknowledged.flatMap(({ ids }) => ids).filter((id) => stored.get(id) !== 1)).toEqual([]);
    expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    // Among other tests: before the vendor gives up. Where others keep the processors busy, its own load takes longer too.
    expect(p99(acknowledged)).toBeLessThan(Math.max(isWhole ? 1_000 : 5_000, 10 * p99(warmPosts)));
  },
  isWhole ? 300_000 : 90_000,
);

const p99 = (posts: readonly Post[]) =>
  percentile(
    posts.map(({ ms }) => ms),
    99,
  );

/** What the process holds in memory, as the kernel counts it. */
function residentMb(pid: number): number {
  const [, kb = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1024;
}
