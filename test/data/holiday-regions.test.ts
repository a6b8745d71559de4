import { expect, test } from "@jest/globals";
import { holidayRegions } from "../../scripts/refresh-holiday-regions.ts";
import kept from "../../src/data/holiday-regions.json" with { type: "json" };

test("the regions kept are those of which the package knows the holidays", () => {
  expect(kept.entries).toEqual(holidayRegions());
});
