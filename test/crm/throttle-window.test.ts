import { describe, expect, test } from "@jest/globals";
import { run } from "../../scripts/bench/limiter.ts";
import { createWindow, type Window } from "../../src/crm/window.ts";

const limit = 110;
const windowMs = 10_000;

/** A window that has had its first answer: 100 ms for one round trip, sent at 0. */
function aKnownWindow(options: { limit?: number; remaining?: number } = {}): Window {
  const window = createWindow({ limit: options.limit ?? limit, windowMs });
  window.answered(window.spend(0), 100, options.remaining);
  return window;
}

/** A window that saw enough trips, of 100 ms each, to trust them. They are out of the log at 50 s. */
function anExperiencedWindow(): Window {
  const window = aKnownWindow();
  for (const slot of spendMany(window, 100, 20_000)) window.answered(slot, 20_100);
  return window;
}

function spendMany(window: Window, count: number, now: number) {
  return Array.from({ length: count }, () => window.spend(now));
}

describe("ten saturated minutes against an exact server", () => {
  test.each([1, 2, 3])("at least 95 %% used and nothing refused at every jitter, seed %d", async (seed) => {
    const { rows } = await run({ seed });

    expect(rows.map((row) => [row.jitterMs, row.ours.used >= 0.95, row.ours.rejected429])).toEqual([
      [50, true, 0],
      [250, true, 0],
      [500, true, 0],
    ]);
  });

  test("the reservoir beside it is refused, so the server does count", async () => {
    const { rows } = await run({ seed: 1, minutes: 2 });

    expect(Math.min(...rows.map((row) => row.reservoir.rejected429))).toBeGreaterThan(10);
  });
});

describe("a fresh window", () => {
  test("lets one call through and no second before its answer", () => {
    const window = createWindow({ limit, windowMs });
    const before = window.free(0);
    window.spend(0);

    expect([before, window.free(50), window.nextFreeAt(50)]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
  });

  test("takes over what an earlier process spent", () => {
    const window = aKnownWindow({ remaining: 30 });

    expect([window.free(100), window.used(100)]).toEqual([30, 80]);
  });

  test("gives back what an earlier process spent one window later", () => {
    const window = aKnownWindow({ remaining: 30 });

    expect([window.free(9_999), window.free(10_200)]).toEqual([30, limit]);
  });

  test("assumes that nothing was spent when the answer says nothing", () => {
    expect(aKnownWindow().free(100)).toBe(limit - 1);
  });

  test("lets another single call through when the first was lost", () => {
    const window = createWindow({ limit, windowMs });
    window.failed(window.spend(0), 500);

    expect(window.free(500)).toBe(1);
  });

  test("stays careful when the first call is refused", () => {
    const window = createWindow({ limit, windowMs });
    window.refused(window.spend(0), 100);

    expect([window.free(10_099), window.nextFreeAt(200), window.free(10_100)]).toEqual([0, 10_100, 1]);
  });
});

describe("a slot", () => {
  test("is used again one window after its answer, while little is known of the way", () => {
    const window = createWindow({ limit: 1, windowMs });
    window.answered(window.spend(0), 300);

    expect([window.free(10_299), window.nextFreeAt(5_000), window.free(10_300)]).toEqual([0, 10_300, 1]);
  });

  test("is used again one window after its sending, when every trip takes the same time", () => {
    const window = anExperiencedWindow();
    window.answered(window.spend(50_000), 50_100);

    expect([window.free(59_999), window.nextFreeAt(55_000), window.free(60_000)]).toEqual([limit - 1, 60_000, limit]);
  });

  test("is used again one window and the guard after its sending, when the answer took long", () => {
    const window = anExperiencedWindow();
    window.answered(window.spend(40_000), 41_000);
    window.answered(window.spend(50_000), 50_900);
    const freeAt = window.nextFreeAt(55_000);

    expect(freeAt).toBe(60_000 + window.guardMs(55_000));
  });

  test("is held by a call that nobody answered, however old", () => {
    const window = aKnownWindow({ limit: 2 });
    window.spend(200);

    expect(window.free(100_000)).toBe(1);
  });

  test("counts from the moment when its call was given up", () => {
    const window = aKnownWindow({ limit: 2 });
    window.failed(window.spend(200), 5_000);

    expect([window.free(14_999), window.free(15_000)]).toEqual([1, 2]);
  });

  test("counts from its late answer when the trip was slower than others", () => {
    const window = anExperiencedWindow();
    window.answered(window.spend(50_000), 54_100);

    expect(window.nextFreeAt(55_000)).toBe(64_100);
  });

  test("is settled once: a later word about the same call changes nothing", () => {
    const window = aKnownWindow({ limit: 2 });
    const slot = window.spend(200);
    window.answered(slot, 300);
    window.refused(slot, 400);

    expect(window.free(10_300)).toBe(2);
  });
});

test("a lower remaining is believed later on too", () => {
  const window = aKnownWindow({ remaining: limit - 1 });
  window.answered(window.spend(1_000), 1_100, 50);

  expect(window.free(1_100)).toBe(50);
});

test("our own calls in flight are not taken for those of others", () => {
  const window = aKnownWindow();
  const slots = spendMany(window, 10, 1_000);
  slots.forEach((slot, index) => {
    window.answered(slot, 1_100 + index, limit - 11 + (index % 3));
  });

  expect(window.free(1_110)).toBe(limit - 11);
});

describe("a refusal", () => {
  test("stops everything for a window when the server names no time", () => {
    const window = aKnownWindow();
    window.refused(window.spend(1_000), 1_100);

    expect([window.free(11_099), window.nextFreeAt(1_100), window.free(11_100)]).toEqual([0, 11_100, limit - 1]);
  });

  test("stops everything for as long as the server says", () => {
    const window = aKnownWindow();
    window.refused(window.spend(1_000), 1_100, 2_000);

    expect([window.free(3_099), window.free(3_100)]).toEqual([0, limit - 2]);
  });

  test("widens the guard at once, and the guard comes back over ten minutes", () => {
    const window = aKnownWindow();
    window.refused(window.spend(1_000), 1_100);

    const guards = [1_100, 301_100, 601_100].map((now) => Math.round(window.guardMs(now)));
    expect(guards).toEqual([100, 75, 50]);
  });

  test("never widens the guard by more than a tenth of the window, however often", () => {
    const window = aKnownWindow();
    for (const slot of spendMany(window, 50, 1_000)) window.refused(slot, 1_100);

    expect(window.guardMs(1_100)).toBe(50 + windowMs / 10);
  });
});

test("the guard follows the spread of the round trips and forgets it after ten minutes", () => {
  const window = aKnownWindow();
  window.answered(window.spend(1_000), 1_500);
  const wide = window.guardMs(1_500);
  for (const slot of spendMany(window, 100, 700_000)) window.answered(slot, 700_100);

  expect([wide > 200, window.guardMs(700_100)]).toEqual([true, 50]);
});
