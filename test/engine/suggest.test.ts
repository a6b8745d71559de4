import { expect, test } from "@jest/globals";
import { suggest } from "../../src/engine/suggest.ts";

const teams = ["DACH Sales", "UK & Nordics Sales", "North America Sales", "SDR"];

test.each<[written: string, meant: string | null]>([
  ["France Sales", null],
  ["Sales", null],
  ["DACH Slaes", "DACH Sales"],
  ["DAHC Sales", "DACH Sales"],
  ["dach-sales", "DACH Sales"],
  ["UK & Nordic Sales", "UK & Nordics Sales"],
  ["North Amercia Sales", "North America Sales"],
  ["South America Sales", null],
  ["SDRs", "SDR"],
])("for %j the near miss is %j", (written, meant) => {
  expect(suggest(written, teams)).toBe(meant);
});

test("words that begin alike may differ more", () => {
  expect(suggest("claim_in", ["claim_within", "strategy"])).toBe("claim_within");
});
