import { describe, expect, test } from "@jest/globals";
import { createHistory } from "../../src/operator/history.ts";
import { duration, inWords, judge, promqlOf, type Sample, type Worry } from "../../src/operator/worry.ts";

const figure = (value: number, labels: Sample["labels"] = {}, name = "m"): Sample => ({ name, labels, value });

function judged(worry: Worry, now: readonly Sample[], earlier: readonly Sample[] = []) {
  return judge("m", worry, { now, ago: () => earlier, atSeconds: 1_000 });
}

const above: Worry = { kind: "above", limit: 300, unit: "seconds" };
const below: Worry = { kind: "below", limit: 1024 ** 3, unit: "bytes" };
const older: Worry = { kind: "older-than", seconds: 900 };
const failures: Worry = { kind: "grew", by: 2, minutes: 5, of: { label: "status", is: "5.." } };
const slow: Worry = { kind: "p99-above", seconds: 60, minutes: 15 };

const buckets = (within60: number, within300: number, all: number) =>
  Object.entries({ 60: within60, 300: within300, "+Inf": all }).map(([le, value]) => figure(value, { le }, "m_bucket"));

describe("a figure is judged by its worst sample", () => {
  test.each<[string, Worry, Sample[], Sample[], object | null]>([
    ["at the limit", above, [figure(300)], [], { isFine: true, value: "5 min 0 s" }],
    [
      "above it",
      above,
      [figure(1), figure(301, { w: "b" })],
      [],
      { isFine: false, value: "5 min 1 s", at: { w: "b" } },
    ],
    ["below a limit", below, [figure(5 * 1024 ** 2)], [], { isFine: false, value: "5 MB" }],
    ["enough", below, [figure(1024 ** 3)], [], { isFine: true, value: "1.0 GB" }],
    ["lately", older, [figure(100), figure(999)], [], { isFine: true, value: "15 min 0 s ago" }],
    ["long ago", older, [figure(99), figure(999)], [], { isFine: false }],
    ["that is not there", above, [figure(5, {}, "other")], [], null],
    ["that could not be read", below, [figure(Number.NaN)], [], null],
  ])("%s", (_what, worry, now, earlier, expected) => {
    const judgement = judged(worry, now, earlier);
    expect(judgement).toEqual(expected && expect.objectContaining(expected));
  });
});

describe("a counter is judged by what it gained, of the samples that are meant", () => {
  const now = [figure(7, { status: "503" }), figure(2, { status: "500" }), figure(900, { status: "204" })];
  test.each([
    ["more than that", [figure(5, { status: "503" })], false, "4 in 5 min"],
    ["just that", [figure(7, { status: "503" })], true, "2 in 5 min"],
    ["since the start of a young process", [], false, "9 in 5 min"],
  ])("%s", (_what, earlier, isFine, value) => {
    expect(judged(failures, now, earlier)).toEqual({ isFine, value, at: {} });
  });
});

describe("of durations, the bucket that 99 of 100 of the last minutes fit into is judged", () => {
  test.each([
    ["fast", buckets(99, 100, 100), [], true, "within 1 min 0 s"],
    ["slow", buckets(98, 100, 100), [], false, "within 5 min 0 s"],
    ["slow before, fast now", buckets(100, 200, 200), buckets(0, 100, 100), true, "within 1 min 0 s"],
    ["beyond every bucket", buckets(1, 1, 2), [], false, "more than the longest bucket"],
  ])("%s", (_what, now, earlier, isFine, value) => {
    expect(judged(slow, now, earlier)).toEqual({ isFine, value, at: {} });
  });

  test("none at all is no judgement", () => {
    expect(judged(slow, buckets(5, 5, 5), buckets(5, 5, 5))).toBeNull();
  });
});

test.each<[Worry, string]>([
  [above, "m > 300"],
  [below, "m < 1 * 1024^3"],
  [older, "time() - m > 900"],
  [failures, 'increase(m{status=~"5.."}[5m]) > 2'],
  [
    { kind: "grew", by: 0, minutes: 15, of: { label: "because", is: "forged" } },
    'increase(m{because="forged"}[15m]) > 0',
  ],
  [{ kind: "grew", by: 0, minutes: 15 }, "increase(m[15m]) > 0"],
  [slow, "histogram_quantile(0.99, rate(m_bucket[15m])) > 60"],
])("%j in PromQL", (worry, promql) => {
  expect(promqlOf("m", worry)).toBe(promql);
});

test.each([
  [0.25, "250 ms"],
  [59.4, "59 s"],
  [3_599, "59 min 59 s"],
  [3_600, "1 h 0 min"],
  [200_000, "2 d 7 h"],
])("%d s is %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test("counts are grouped", () => {
  expect(inWords(1_234_567, "count")).toBe("1,234,567");
});

describe("the history", () => {
  const minute = 60_000;
  test("gives what stood at least so long ago, the latest of it, and nothing of before the start", () => {
    const history = createHistory();
    history.note([figure(1)], 0);
    history.note([figure(2)], minute);
    history.note([figure(3)], 3 * minute);
    expect(history.ago(5, 6.5 * minute)).toEqual([figure(2)]);
    expect(history.ago(5, 4 * minute)).toEqual([]);
  });

  test("still has a quarter of an hour after a day", () => {
    const history = createHistory();
    for (let at = 0; at <= 1440; at += 1) history.note([figure(at)], at * minute);
    expect(history.ago(15, 1440 * minute)).toEqual([figure(1425)]);
    expect(history.ago(17, 1440 * minute)).toEqual([]);
  });
});
