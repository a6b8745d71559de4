import { expect, test } from "@jest/globals";
import { loadPublicHolidays } from "../../src/data/public-holidays.ts";
import zoneCountries from "../../src/data/zone-countries.json" with { type: "json" };
import { isCountryCode } from "../../src/engine/normalise/country.ts";

const publicHolidays = loadPublicHolidays();

test.each([
  ["DE", "2026-10-03", true],
  ["DE", "2026-06-04", false],
  ["DE-BY", "2026-06-04", true],
  ["US", "2026-11-26", true],
  ["GB", "2026-11-30", false],
  ["GB-SCT", "2026-11-30", true],
  // Its names for the parts of a country are not all of ISO's: what it does not know has the country's.
  ["DE-XX", "2026-10-03", true],
])("%s on %s: %s", (region, date, isOne) => {
  expect(publicHolidays(region, Number(date.slice(0, 4))).includes(date)).toBe(isOne);
});

test("they are dates, in order, each once; a country without any has none", () => {
  const dates = ["DE", "US", "IN", "IL", "JP", "BR"].flatMap((country) => publicHolidays(country, 2027));

  expect(dates.filter((date) => !/^2027-\d\d-\d\d$/.test(date))).toEqual([]);
  expect(publicHolidays("US", 2027)).toEqual([...new Set(publicHolidays("US", 2027))].sort());
  expect(publicHolidays("AQ", 2027)).toEqual([]);
});

test("every zone that this runtime names has a country", () => {
  const countries = new Map(Object.entries(zoneCountries.entries));

  expect(Intl.supportedValuesOf("timeZone").filter((zone) => !countries.has(zone))).toEqual([]);
  expect([...countries.values()].filter((country) => !isCountryCode(country))).toEqual([]);
});
