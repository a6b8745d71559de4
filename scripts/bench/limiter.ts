import { createThrottle } from "../../src/crm/throttle.ts";
import { createWindow } from "../../src/crm/window.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { createVirtualCrm, type VirtualCrm } from "./virtual-crm.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

/** `used` is the share of the limit that was accepted; `rejected429` counts refusals. */
export type LimiterSide = { used: number; rejected429: number };
export type LimiterRow = { jitterMs: number; ours: LimiterSide; reservoir: LimiterSide; ratioUsed: number };
export type LimiterResult = { bench: "limiter"; rows: LimiterRow[] };

const limit = 110;
const windowMs = 10_000;
/** As many callers as keep the limit saturated at the longest round trips, for both sides. */
const callers = 20;
const concurrency = 10;

/** Ten virtual minutes of more calls than the limit lets through: our window and throttle, and a reservoir beside them. */
export async function run(options: { seed: number; minutes?: number }): Promise<LimiterResult> {
  const rows: LimiterRow[] = [];
  for (const jitterMs of [50, 250, 500]) {
    const world = { jitterMs, seed: options.seed, totalMs: (options.minutes ?? 10) * 60_000 };
    const ours = await measure(world, callThroughThrottle);
    const reservoir = await measure(world, callThroughReservoir);
    rows.push({ jitterMs, ours, reservoir, ratioUsed: round(ours.used / reservoir.used) });
  }
  return { bench: "limiter", rows };
}

/** The table that people read. */
export function describe({ rows }: LimiterResult): string {
  const line = (cells: readonly string[]) => cells.map((cell) => cell.padStart(12)).join("");
  return [
    line(["jitter", "ours used", "ours 429", "reservoir", "its 429", "ratio"]),
    ...rows.map(({ jitterMs, ours, reservoir, ratioUsed }) =>
      line([
        `${jitterMs} ms`,
        percent(ours.used),
        String(ours.rejected429),
        percent(reservoir.used),
        String(reservoir.rejected429),
        String(ratioUsed),
      ]),
    ),
  ].join("\n");
}

type World = { jitterMs: number; seed: number; totalMs: number };
type Side = { time: VirtualTime; crm: VirtualCrm; random: () => number };

async function measure(world: World, start: (side: Side) => void): Promise<LimiterSide> {
  const time = createVirtualTime();
  const random = createRandom(world.seed);
  const crm = createVirtualCrm({ time, limit, windowMs, jitterMs: world.jitterMs, processingMs: [60, 170], random });
  start({ time, crm, random });
  await time.runUntil(world.totalMs);
  return { used: round(crm.arrivals.length / ((limit * world.totalMs) / windowMs)), rejected429: crm.refusals.length };
}

function callThroughThrottle({ time, crm, random }: Side): void {
  const window = createWindow({ limit, windowMs });
  const throttle = createThrottle({ window, concurrency, now: time.now, setTimer: time.setTimer, random });
  repeat(async () => {
    const permit = await throttle.take("live-read");
    permit.started();
    const { isAccepted, remaining } = await crm.send();
    if (isAccepted) permit.answered({ remaining });
    else permit.refused({});
  });
}

/** What bottleneck's reservoir does, and the CRM SDK with it: the whole limit anew every ten seconds. */
function callThroughReservoir({ time, crm }: Side): void {
  let left = limit;
  let inFlight = 0;
  const waiting: (() => void)[] = [];
  const admit = () => {
    while (left > 0 && inFlight < concurrency && waiting.length > 0) {
      left -= 1;
      inFlight += 1;
      waiting.shift()?.();
    }
  };
  const refill = () => {
    left = limit;
    time.setTimer(windowMs, refill);
    admit();
  };
  time.setTimer(windowMs, refill);
  repeat(async () => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    await crm.send();
    inFlight -= 1;
    admit();
  });
}

function repeat(once: () => Promise<void>): void {
  const forever = async () => {
    for (;;) await once();
  };
  for (let caller = 0; caller < callers; caller += 1) void forever();
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
