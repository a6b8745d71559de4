import { expect, test } from "@jest/globals";
import { createLimits } from "../../../src/sandbox/hubspot/limits.ts";

test.each([
  ["an ordinary day", "Europe/Berlin", "2026-11-20T10:00:00.123Z", "2026-11-20T23:00:00.000Z"],
  ["the day of 25 hours", "Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-25T23:00:00.000Z"],
  ["the day of 23 hours", "Europe/Berlin", "2026-03-29T00:30:00.000Z", "2026-03-29T22:00:00.000Z"],
  ["a zone behind UTC", "America/New_York", "2026-11-20T03:00:00.000Z", "2026-11-20T05:00:00.000Z"],
  ["midnight itself", "UTC", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
])("hubspot.md §3.1 the daily limit ends at the account's midnight: %s", (_, timeZone, now, midnight) => {
  const limits = createLimits(() => Date.parse(now));

  expect(new Date(limits.exhaustDaily({ id: 1, timeZone })).toISOString()).toBe(midnight);
});

test("no window of ten seconds ever holds more than 110 accepted requests", () => {
  let now = 0;
  const limits = createLimits(() => now);
  const accepted = Array.from({ length: 6_000 }, () => {
    now += 17;
    return limits.take({ portalId: 1, appId: 1 }, false) === null ? now : null;
  }).filter((at) => at !== null);
  const inWindowBefore = (end: number) => accepted.filter((at) => at > end - 10_000 && at <= end).length;

  expect(Math.max(...accepted.map(inWindowBefore))).toBe(110);
});
