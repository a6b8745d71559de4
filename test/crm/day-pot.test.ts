import { describe, expect, test } from "@jest/globals";
import { createVirtualTime } from "../../scripts/bench/virtual-time.ts";
import { createDayPot, type Shares, type Spent } from "../../src/crm/day-pot.ts";
import { type Lane, lanes } from "../../src/crm/lanes.ts";
import { createThrottle, type Permit } from "../../src/crm/throttle.ts";
import { createWindow } from "../../src/crm/window.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const half: Shares = { share: 0.5, urgent: 0.05 };

/** A throttle with a wide window over a pot of 100 calls in an account's day of 200; `stored`: of the time before. */
async function aDesk(stored: Spent[] = [], { shares = half, limit = 200 } = {}) {
  const time = createVirtualTime();
  const pot = createDayPot({ now: time.now, shares });
  pot.stored([], stored);
  const window = createWindow({ limit: 1_000, windowMs: 10_000 });
  window.answered(window.spend(0), 0, 999);
  const throttle = createThrottle({ window, pot, concurrency: 1_000, now: time.now, setTimer: time.setTimer });
  const granted: { lane: Lane; at: number }[] = [];
  const permits: Permit[] = [];
  const ask = (lane: Lane, count = 1) => {
    for (let n = 0; n < count; n += 1)
      void throttle.take(lane).then((permit) => {
        granted.push({ lane, at: time.now() });
        permits.push(permit);
      });
    return time.runUntil(time.now());
  };
  /** Calls that were granted, by lane. */
  const counts = (): Partial<Record<Lane, number>> => {
    const found: Partial<Record<Lane, number>> = {};
    for (const { lane } of granted) found[lane] = (found[lane] ?? 0) + 1;
    return found;
  };
  const tell = (used: number) => pot.told({ used, limit });
  return { time, pot, throttle, granted, permits, ask, counts, tell };
}

function send(permit: Permit | undefined, day?: { used: number; limit: number }): void {
  permit?.started();
  permit?.answered(day === undefined ? {} : { day });
}

describe("what Baton may take of an account's day", () => {
  test("is its share, of which all but urgent work leaves the last part alone", async () => {
    const desk = await aDesk();
    desk.tell(0);
    await desk.ask("backfill", 120);
    expect(desk.counts()).toEqual({ backfill: 95 });

    await desk.ask("live-read", 3);
    await desk.ask("owner-write", 7);
    expect(desk.counts()).toEqual({ backfill: 95, "live-read": 3, "owner-write": 2 });
  });

  test("is not known before an answer tells how many calls there are; where none ever does, nothing is held back", async () => {
    const desk = await aDesk();
    await desk.ask("backfill", 300);
    expect(desk.counts()).toEqual({ backfill: 300 });
    expect(desk.throttle.state().day).toBe(null);

    send(desk.permits[0], { used: 300, limit: 200 });
    await desk.ask("owner-write");
    expect(desk.counts()).toEqual({ backfill: 300 });
  });

  test("was taken by whoever called in its name, also before a restart", async () => {
    const desk = await aDesk([{ from: 0, calls: 94 }]);
    desk.tell(94);
    await desk.ask("task", 5);

    expect(desk.counts()).toEqual({ task: 1 });
    expect(desk.pot.fresh()).toEqual([{ from: 0, calls: 1 }]);
  });

  test("comes back a day after it was taken, and whoever waits for it goes then", async () => {
    const desk = await aDesk([
      { from: 0, calls: 60 },
      { from: 3 * hourMs, calls: 40 },
    ]);
    desk.tell(100);
    await desk.ask("owner-write");
    await desk.time.runUntil(24 * hourMs + 14 * minuteMs);
    expect(desk.granted).toEqual([]);

    await desk.time.runUntil(25 * hourMs);
    expect(desk.granted).toEqual([{ lane: "owner-write", at: 24 * hourMs + 15 * minuteMs }]);
  });

  test("gets back what was taken for a call that was not sent", async () => {
    const desk = await aDesk([{ from: 0, calls: 94 }]);
    desk.tell(94);
    await desk.ask("task");
    desk.permits[0]?.release();
    await desk.ask("task", 2);

    expect(desk.counts()).toEqual({ task: 2 });
    expect(desk.pot.fresh()).toEqual([{ from: 0, calls: 1 }]);
  });

  test("changes with the policy, for those who wait already too", async () => {
    const desk = await aDesk([{ from: 0, calls: 100 }]);
    desk.tell(100);
    await desk.ask("owner-write");
    desk.pot.allow({ share: 1, urgent: 0 });
    desk.throttle.recheck();
    await desk.time.runUntil(0);

    expect(desk.counts()).toEqual({ "owner-write": 1 });
  });

  test("counts others' calls of it, and keeps its own that are not stored yet", async () => {
    const desk = await aDesk();
    desk.tell(0);
    await desk.ask("task", 3);
    const fresh = desk.pot.fresh();
    await desk.ask("task", 1);
    desk.pot.stored(fresh, [{ from: 0, calls: 3 + 50 }]);

    expect(desk.pot.fresh()).toEqual([{ from: 0, calls: 1 }]);
    expect(desk.throttle.state().day).toMatchObject({ used: 54, limit: 100, urgent: 5 });
  });
});

describe("when all apps of the account together have used up most of its day", () => {
  test.each<[used: number, resting: Lane[]]>([
    [139, []],
    [140, ["backfill"]],
    [170, ["backfill", "search", "sync"]],
    [190, ["backfill", "search", "sla", "sync"]],
    [200, ["backfill", "search", "sla", "sync"]],
  ])("%i of 200 calls: %j rest", async (used, resting) => {
    const desk = await aDesk();
    desk.tell(used);
    expect(lanes.filter((lane) => desk.pot.waitMs(lane) > 0).sort()).toEqual(resting);
  });

  test("a call goes after a quarter of an hour in which nothing was told, to ask", async () => {
    const desk = await aDesk();
    desk.tell(190);
    await desk.ask("sync");
    await desk.time.runUntil(hourMs);

    expect(desk.granted).toEqual([{ lane: "sync", at: 15 * minuteMs }]);
  });
});
