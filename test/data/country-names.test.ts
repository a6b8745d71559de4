import { expect, test } from "@jest/globals";
import { countryNames } from "../../scripts/refresh-country-names.ts";
import kept from "../../src/data/country-names.json" with { type: "json" };

test("the names kept are those of the package, folded as they are looked up", () => {
  expect(kept.entries).toEqual(countryNames());
});
