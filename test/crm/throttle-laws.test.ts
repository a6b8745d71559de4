import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createVirtualCrm } from "../../scripts/bench/virtual-crm.ts";
import { createVirtualTime } from "../../scripts/bench/virtual-time.ts";
import { lanes } from "../../src/crm/lanes.ts";
import { createThrottle, type Lane, type Throttle } from "../../src/crm/throttle.ts";
import { createWindow } from "../../src/crm/window.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";

const windowMs = 10_000;
const longestCallMs = 200;
const runs = { seed: 20_261_120, numRuns: 60, interruptAfterTimeLimit: 25_000 };

/** `full: false` waits as a batch that never fills; a `lead` is a read that reserves, and the owner write after it. */
type Want = { at: number; lane: Lane | "lead"; full: boolean };
type World = { limit: number; concurrency: number; jitterMs: number; spentBefore: number; seed: number; wants: Want[] };
type Grant = { lane: Lane; since: number; at: number; ownerWritesWaiting: number; follows: boolean };

const wants = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 40_000 }),
    lane: fc.constantFrom(...lanes.filter((lane) => lane !== "owner-write"), "lead" as const),
    full: fc.boolean(),
  }),
  { minLength: 1, maxLength: 400, size: "max" },
);
const world = fc.record({
  limit: fc.integer({ min: 10, max: 110 }),
  concurrency: fc.integer({ min: 1, max: 20 }),
  jitterMs: fc.integer({ min: 0, max: 500 }),
  // A full window refuses the first call of a new process, which cannot know.
  spentBefore: fc.integer({ min: 0, max: 9 }),
  seed: fc.integer(),
  wants,
});

/** Lives through a world against an exact server. */
async function live({ limit, concurrency, jitterMs, spentBefore, seed, wants }: World) {
  const time = createVirtualTime();
  const random = createRandom(seed);
  const crm = createVirtualCrm({
    time,
    limit,
    windowMs,
    jitterMs,
    processingMs: [20, longestCallMs],
    random,
    spentBefore,
  });
  const window = createWindow({ limit, windowMs });
  const throttle = createThrottle({ window, concurrency, now: time.now, setTimer: time.setTimer, random });
  const grants: Grant[] = [];
  const ownerWrites = new Set<number>();

  async function use(lane: Lane, options: { full: boolean; reserveNext?: true; follows?: boolean }) {
    const since = time.now();
    if (lane === "owner-write") ownerWrites.add(since);
    const { full, reserveNext, follows = false } = options;
    const permit = await throttle.take(lane, { isFull: () => full, ...(reserveNext && { reserveNext }) });
    if (lane === "owner-write") ownerWrites.delete(since);
    const at = time.now();
    const ownerWritesWaiting = [...ownerWrites].filter((other) => other < at).length;
    grants.push({ lane, since, at, ownerWritesWaiting, follows });
    permit.started();
    const { isAccepted, remaining } = await crm.send();
    if (isAccepted) permit.answered({ remaining });
    else permit.refused({});
    return permit;
  }
  async function lead(full: boolean) {
    const read = await use("live-read", { full, reserveNext: true });
    await use("owner-write", { full: true, follows: true });
    read.releaseReserve();
  }
  for (const { at, lane, full } of wants) {
    time.setTimer(at, () => void (lane === "lead" ? lead(full) : use(lane, { full })));
  }
  await time.runUntil(600_000);
  const asked = wants.length + wants.filter(({ lane }) => lane === "lead").length;
  return { crm, grants, asked, throttle };
}

describe("whatever is asked, whenever, and however slow the way", () => {
  test("nothing is refused and nobody starves", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { crm, grants, asked, throttle } = await live(given);
        expect([crm.refusals.length, grants.length, busy(throttle)]).toEqual([0, asked, 0]);
      }),
      runs,
    );
  });

  test("no call goes before an owner write that waits", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { grants } = await live(given);
        const overtakers = grants.filter(({ lane, since, at, ownerWritesWaiting }) => {
          const isImpatient = at - since > 6 * windowMs;
          return lane !== "owner-write" && ownerWritesWaiting > 0 && !isImpatient;
        });
        expect(overtakers).toEqual([]);
      }),
      runs,
    );
  });

  test("an owner write after a read that reserved waits for its token no longer than a call takes", async () => {
    const steady = world.map((given) => ({ ...given, jitterMs: 0, concurrency: 1_000, spentBefore: 0 }));
    await fc.assert(
      fc.asyncProperty(steady, async (given) => {
        const { grants } = await live(given);
        expect(grants.filter(({ follows, since, at }) => follows && at > since + longestCallMs)).toEqual([]);
      }),
      runs,
    );
  });
});

function busy(throttle: Throttle): number {
  const { inFlight, reserved, waiting } = throttle.state();
  return inFlight + reserved + Object.values(waiting).reduce((sum, count) => sum + count, 0);
}
