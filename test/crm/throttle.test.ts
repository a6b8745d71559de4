import { describe, expect, test } from "@jest/globals";
import { createVirtualTime } from "../../scripts/bench/virtual-time.ts";
import { createThrottle, type Lane, type Permit, type TakeOptions, ThrottleClosed } from "../../src/crm/throttle.ts";
import { createWindow, type Window } from "../../src/crm/window.ts";

const windowMs = 10_000;

/** A throttle whose window is known and has `free` tokens until 10 s; `ask` notes who was granted, in order. */
async function aDesk(options: { limit?: number; free?: number; concurrency?: number; searchWindow?: Window } = {}) {
  const { limit = 110, free = limit - 1, concurrency = 100, searchWindow } = options;
  const time = createVirtualTime();
  const window = createWindow({ limit, windowMs });
  window.answered(window.spend(0), 0, free);
  const throttle = createThrottle({
    window,
    concurrency,
    now: time.now,
    setTimer: time.setTimer,
    random: () => 0.5,
    ...(searchWindow && { searchWindow }),
  });
  const granted: string[] = [];
  const permits: Permit[] = [];
  const ask = (lane: Lane, takeOptions?: TakeOptions) =>
    throttle.take(lane, takeOptions).then((permit) => {
      granted.push(lane);
      permits.push(permit);
    });
  const turn = () => time.runUntil(time.now());
  return { time, throttle, window, granted, permits, ask, turn };
}

/** Sends and answers at once. */
function use(permit: Permit | undefined, remaining?: number): void {
  permit?.started();
  permit?.answered(remaining === undefined ? {} : { remaining });
}

describe("order", () => {
  test("the most urgent lane is served first when a token comes free, whoever asked first", async () => {
    const desk = await aDesk({ free: 0 });
    for (const lane of ["backfill", "sync", "sla", "task", "live-read", "owner-write"] as const) void desk.ask(lane);
    await desk.time.runUntil(10_100);

    expect(desk.granted).toEqual(["owner-write", "live-read", "task", "sla", "sync", "backfill"]);
  });

  test("a grant waits for a free place among the calls in flight", async () => {
    const desk = await aDesk({ concurrency: 1 });
    void desk.ask("task");
    void desk.ask("task");
    void desk.ask("owner-write");
    await desk.turn();
    use(desk.permits[0]);
    await desk.turn();

    expect(desk.granted).toEqual(["task", "owner-write"]);
  });

  test("searches have a window of their own", async () => {
    const searchWindow = createWindow({ limit: 4, windowMs: 1_000 });
    searchWindow.answered(searchWindow.spend(0), 0);
    const desk = await aDesk({ free: 0, searchWindow });
    for (let count = 0; count < 5; count += 1) void desk.ask("search");
    void desk.ask("live-read");
    await desk.turn();

    expect(desk.granted).toEqual(["search", "search", "search"]);
  });

  test("sync and backfill leave a tenth of the window to live lanes", async () => {
    const desk = await aDesk({ limit: 100, free: 12 });
    for (let count = 0; count < 5; count += 1) void desk.ask("backfill");
    await desk.turn();
    void desk.ask("live-read");
    await desk.turn();

    expect(desk.granted).toEqual(["backfill", "backfill", "live-read"]);
  });

  test("a lane that waited a minute gets one token in ten, though more urgent ones want them all", async () => {
    const desk = await aDesk({ limit: 10, concurrency: 1 });
    const busy = async () => {
      for (;;) {
        const permit = await desk.throttle.take("live-read");
        desk.granted.push("live-read");
        permit.started();
        await desk.time.wait(100);
        permit.answered({});
      }
    };
    void busy();
    void busy();
    await desk.time.runUntil(1_000);
    void desk.ask("backfill");
    await desk.time.runUntil(60_000);
    const before = desk.granted.includes("backfill");
    await desk.time.runUntil(90_000);

    expect([before, desk.granted.filter((lane) => lane === "backfill").length]).toEqual([false, 1]);
  });
});

describe("the reserve of a live read", () => {
  test("needs two tokens, and blocks what is below it while there is one", async () => {
    const desk = await aDesk({ free: 1 });
    void desk.ask("live-read", { reserveNext: true });
    void desk.ask("task");
    await desk.turn();

    expect(desk.granted).toEqual([]);
  });

  test("may come free while the read is under way", async () => {
    const desk = await aDesk({ limit: 2 });
    void desk.ask("task");
    await desk.time.runUntil(200);
    desk.permits[0]?.started();
    await desk.time.runUntil(600);
    desk.permits[0]?.answered({});
    await desk.time.runUntil(10_450);
    // The first call's token is back; the task's comes back within the time that a call takes.
    void desk.ask("live-read", { reserveNext: true });
    void desk.ask("live-read", { reserveNext: true });
    await desk.turn();

    expect(desk.granted).toEqual(["task", "live-read"]);
  });

  test("keeps the second token for an owner write", async () => {
    const desk = await aDesk({ free: 2 });
    void desk.ask("live-read", { reserveNext: true });
    void desk.ask("task");
    await desk.turn();
    use(desk.permits[0]);
    void desk.ask("owner-write");
    await desk.turn();

    expect(desk.granted).toEqual(["live-read", "owner-write"]);
  });

  test("goes to others once it is given back, and only once", async () => {
    const desk = await aDesk({ free: 3 });
    void desk.ask("live-read", { reserveNext: true });
    await desk.turn();
    desk.permits[0]?.releaseReserve();
    desk.permits[0]?.releaseReserve();
    for (let count = 0; count < 3; count += 1) void desk.ask("task");
    await desk.turn();

    expect([desk.granted, desk.throttle.state().reserved]).toEqual([["live-read", "task", "task"], 0]);
  });
});

describe("batches that are not full", () => {
  const partial = { isFull: () => false };

  test("go at once while half of the window is free", async () => {
    const desk = await aDesk({ limit: 100, free: 60 });
    for (let count = 0; count < 20; count += 1) void desk.ask("live-read", partial);
    await desk.turn();

    // The eleventh finds more than half of the window used; it goes too, as the first of the pace.
    expect(desk.granted.length).toBe(11);
  });

  test("go at a pace that three lanes keep up for ever, beyond that", async () => {
    const desk = await aDesk({ limit: 100, free: 40 });
    for (let count = 0; count < 20; count += 1) void desk.ask("live-read", partial);
    await desk.turn();
    await desk.time.runUntil(1_000);

    // One every 3 × (10,000 + 50) ÷ 100 ms: at 0, 302, 603 and 905.
    expect(desk.granted.length).toBe(4);
  });

  test("do not hold back less urgent lanes while they wait for their pace", async () => {
    const desk = await aDesk({ limit: 100, free: 40 });
    void desk.ask("live-read", partial);
    void desk.ask("live-read", partial);
    void desk.ask("task");
    await desk.turn();

    expect(desk.granted).toEqual(["live-read", "task"]);
  });

  test("go at once when they have become full", async () => {
    const desk = await aDesk({ limit: 100, free: 40 });
    let waiting = 1;
    void desk.ask("live-read", partial);
    void desk.ask("live-read", { isFull: () => waiting >= 100 });
    await desk.turn();
    waiting = 100;
    desk.throttle.recheck();
    await desk.turn();

    expect(desk.granted.length).toBe(2);
  });
});

describe("permits", () => {
  test("an unused one gives its token back", async () => {
    const desk = await aDesk({ free: 1 });
    void desk.ask("task");
    void desk.ask("task");
    await desk.turn();
    desk.permits[0]?.release();
    await desk.turn();

    expect(desk.granted.length).toBe(2);
  });

  test("one that was sent and released without an answer counts as a lost call", async () => {
    const desk = await aDesk({ free: 2 });
    void desk.ask("task");
    await desk.turn();
    desk.permits[0]?.started();
    await desk.time.runUntil(5_000);
    desk.permits[0]?.release();

    expect([desk.throttle.state().inFlight, desk.window.free(14_999), desk.window.free(15_000)]).toEqual([0, 109, 110]);
  });

  test("one permit is for one call", async () => {
    const desk = await aDesk();
    void desk.ask("task");
    await desk.turn();
    use(desk.permits[0]);

    expect(() => desk.permits[0]?.started()).toThrow("take one for every call");
  });

  test("a refusal stops every lane until the time that the CRM named", async () => {
    const desk = await aDesk();
    void desk.ask("task");
    await desk.turn();
    desk.permits[0]?.started();
    desk.permits[0]?.refused({ retryAfterMs: 3_000 });
    void desk.ask("owner-write");
    await desk.time.runUntil(2_999);
    const before = desk.granted.length;
    await desk.time.runUntil(3_000);

    expect([before, desk.granted.length]).toEqual([1, 2]);
  });
});

test("a pause grants nothing before its end, and a shorter one does not end it", async () => {
  const desk = await aDesk();
  desk.throttle.pause(2_000);
  desk.throttle.pause(1_000);
  void desk.ask("owner-write");
  await desk.time.runUntil(1_999);
  const before = desk.granted.length;
  await desk.time.runUntil(2_000);

  expect([before, desk.granted.length]).toEqual([0, 1]);
});

test("closing rejects who waits and who comes later", async () => {
  const desk = await aDesk({ free: 0 });
  const outcomes = [
    desk.throttle.take("task"),
    desk.throttle.backoff(1, 60_000),
    Promise.resolve().then(() => desk.throttle.take("task")),
  ];
  desk.throttle.close();

  const settled = await Promise.allSettled(outcomes);
  expect(settled.map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual(
    Array.from({ length: 3 }, () => expect.any(ThrottleClosed)),
  );
});

test("the state names what the metrics show", async () => {
  const desk = await aDesk({ limit: 100, free: 3 });
  void desk.ask("live-read", { reserveNext: true });
  for (let count = 0; count < 3; count += 1) void desk.ask("task");
  await desk.turn();

  expect(desk.throttle.state()).toMatchObject({
    limit: 100,
    free: 1,
    used: 97,
    inFlight: 2,
    reserved: 1,
    guardMs: 50,
    pausedUntilMs: null,
    waiting: { task: 2, "live-read": 0 },
  });
});

test("who waits for a token is woken in whole milliseconds: a timer has none shorter, and would come too early for ever", async () => {
  const window = createWindow({ limit: 2, windowMs });
  window.answered(window.spend(0.3), 0.3, 0);
  const waits: number[] = [];
  const throttle = createThrottle({
    window,
    concurrency: 10,
    now: () => 0.7,
    setTimer(ms) {
      waits.push(ms);
      return () => undefined;
    },
    random: () => 0.5,
  });
  throttle.take("task").catch(() => undefined);

  expect(waits.length).toBeGreaterThan(0);
  expect(waits.filter((ms) => !Number.isInteger(ms) || ms < 1)).toEqual([]);
  throttle.close();
});
