import { expect, test } from "@jest/globals";
import { findingInWords } from "../../../src/engine/lint/finding-in-words.ts";
import { line, lint } from "./planted.ts";

const examplesOf = (kind: string, sections: object): string[] =>
  lint({ sections })
    .filter((finding) => finding.kind === kind)
    .flatMap((finding) => findingInWords(finding).slice(1));

test("an example shows the fields that the rules ask for, the place and the account, and counts the others", () => {
  const gates = [{ name: "scored", when: line("lead.score", "lt", 40) }];
  const tiers = [{ tier: "T1", because: "engaged", when: line("lead.engagedAt", "within_days", 7) }];
  const languages = [{ language: "German", countries: ["DE"], teams: ["SDR"] }];
  const consent = { field: "lead.crm.consent", granted: ["yes"], refused: ["no"], opt_in_countries: ["DE"] };
  const [example] = examplesOf("uncovered", { gates, tiers, languages, consent });
  expect(example).toMatch(/^ {4}for example, a lead with language de, country DE, \d other fields?, at 2026-/);
});

test("what the rules ask for comes first", () => {
  const gates = [
    { name: "low", when: line("lead.score", "lt", 50) },
    { name: "lower", when: { all: [line("lead.score", "lt", 40), line("lead.industry", "equals", "steel")] } },
  ];
  expect(examplesOf("unreachable-rule", { gates })[0]).toMatch(/a lead with score \d+, industry steel, at /);
});

test("an example of scores that the policy makes itself tells them", () => {
  const qualification = {
    version: 2,
    name: "MQL",
    score: "own",
    fit: [{ name: "right-size", when: line("lead.employees", "gte", 200), points: 50 }],
    weights: { fit: 1, engagement: 0 },
  };
  const tiers = [{ tier: "T1", because: "fit", when: line("lead.score", "gte", 60) }];
  expect(examplesOf("score-gap", { qualification, tiers, gates: [], motions: [] })[0]).toMatch(
    /a lead with own score (50|0), .*tier T3/,
  );
});
