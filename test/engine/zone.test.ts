import { expect, test } from "@jest/globals";
import { IANAZone } from "luxon";
import { zoneOf } from "../../src/engine/zone.ts";
import { seededRandom } from "../builders.ts";

const from = Date.parse("1990-01-01T00:00:00Z");
const until = Date.parse("2030-01-01T00:00:00Z");
const dayMs = 86_400_000;
const names = Intl.supportedValuesOf("timeZone");

test("every zone has the offsets of the runtime, asked in any order", () => {
  const random = seededRandom(1);
  const wrong = names.flatMap((name) => {
    const zone = IANAZone.create(name);
    const instants = Array.from({ length: 20 }, () => from + Math.floor(random() * (until - from)));
    return instants.filter((at) => zoneOf(name)?.offsetMinutes(at) !== zone.offset(at)).map((at) => `${name} ${at}`);
  });
  expect(wrong).toEqual([]);
});

test.each([
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "America/Caracas",
  "Pacific/Apia",
  "Asia/Pyongyang",
])("around each change of the clock in %s, the second before and the second of it", (name) => {
  const zone = IANAZone.create(name);
  const wrong = changes(zone).flatMap((at) =>
    [at - 1_000, at, at + 1_000].filter((ms) => zoneOf(name)?.offsetMinutes(ms) !== zone.offset(ms)),
  );
  expect(wrong).toEqual([]);
});

test("what is no zone has no offsets", () => {
  expect(zoneOf("Mars/Olympus")).toBeNull();
  expect(zoneOf("")).toBeNull();
});

/** Instants at which the offset is another than a millisecond before. */
function changes(zone: IANAZone): number[] {
  const found: number[] = [];
  for (let day = from; day < until; day += 7 * dayMs) {
    let before = day;
    let after = day + 7 * dayMs;
    if (zone.offset(before) === zone.offset(after)) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (zone.offset(middle) === zone.offset(before)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  return found;
}
