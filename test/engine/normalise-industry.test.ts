import { expect, test } from "@jest/globals";
import { industryNames, normaliseIndustry } from "../../src/engine/normalise/industry.ts";

const names = industryNames([
  { name: "wind power", synonyms: ["Windkraft", "wind"] },
  { name: "presses", synonyms: [] },
]);

test.each([
  ["HOSPITAL_HEALTH_CARE", "health care"],
  ["Hospital & Health Care", "health care"],
  ["Gesundheitswesen", "health care"],
  ["COMPUTER_SOFTWARE", "software"],
  ["SaaS", "software"],
  ["Oil and Gas", "energy and utilities"],
  ["Öl & Gas", null],
  ["windkraft", "wind power"],
  ["Wind", "wind power"],
  ["Presses", "presses"],
])("the industry %j is %j", (text, value) => {
  expect(normaliseIndustry(text, names)).toEqual({ value, mark: value === null ? "industry-not-understood" : null });
});

test.each([null, undefined, " "])("no industry (%j) is no mark", (text) => {
  expect(normaliseIndustry(text, names)).toEqual({ value: null, mark: null });
});
