import { expect, test } from "@jest/globals";
import { weightAt } from "../../src/engine/ramp.ts";
import { aPolicy } from "../builders.ts";

const settings = { ...aPolicy().repDefaults, weight: 2, ramp: { from: "2026-11-02", days: 30, factor: 0.5 } };

test.each([
  ["the evening before, in their own zone", "2026-11-01T22:59:59.000Z", 2],
  ["their first minute", "2026-11-01T23:00:00.000Z", 1],
  ["the last minute of the 30th day", "2026-12-01T22:59:59.000Z", 1],
  ["the first minute after", "2026-12-01T23:00:00.000Z", 2],
])("%s", (_, now, weight) => {
  expect(weightAt(settings, { now, timeZone: "Europe/Berlin" })).toBe(weight);
});

test("who does not ramp has the weight of the policy", () => {
  expect(weightAt({ ...settings, ramp: null }, { now: "2026-11-10T12:00:00.000Z", timeZone: "UTC" })).toBe(2);
});
