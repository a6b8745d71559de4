import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { conditionInWords } from "../../src/engine/condition-in-words.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import type { Condition } from "../../src/engine/policy.ts";
import { printPolicy } from "../../src/engine/print-policy.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the shipped policy in plain language, as it was read and found right", () => {
  const printed = printPolicy(parsePolicy(read("../../src/policies/default.yaml")));
  expect(`${printed.join("\n")}\n`).toBe(read("../golden/default-policy.txt"));
});

const line = (operator: string, value: unknown) => ({ field: "lead.score", operator, value }) as Condition;

test.each<[Condition, string]>([
  [line("gte", 80), "score is at least 80"],
  [line("between", [60, 80]), "score is between 60 and 80"],
  [line("in", ["a"]), "score is a"],
  [line("in", ["a", "b"]), "score is one of a, b"],
  [line("within_days", 30), "score is in the last 30 days"],
  [line("older_than_days", 30), "score is more than 30 days ago"],
  [line("known", null), "score is known"],
  [line("matches", "^a"), "score matches the pattern ^a"],
  [{ not: line("lt", 1) }, "not (score is below 1)"],
  [
    { all: [line("lt", 1), { any: [line("gt", 2), line("gt", 3)] }] },
    "score is below 1 and (score is above 2 or score is above 3)",
  ],
  [{ field: "lead.crm.vip_level", operator: "equals", value: "gold" }, "vip_level is gold"],
  [{ field: "account.employees", operator: "gt", value: 5 }, "account's employees is above 5"],
])("%j is: %s", (condition, words) => {
  expect(conditionInWords(condition)).toBe(words);
});

test("what a policy of one's own says that the shipped one does not", () => {
  const printed = printPolicy(
    parsePolicy(`name: ours
qualifying_stage: mql
duplicates: { match: [] }
location: contact
stages: [territory, language, vertical, availability, pick]
languages: [{ language: French, countries: [CH], teams: [Romandie] }]
verticals: [{ name: health, when: { field: lead.industry, operator: contains, value: health }, teams: [Health] }]
territories:
  - { name: south, countries: [DE], postal_codes: ["80", "90-97"], pool: all }
  - { name: bay, countries: [US], states: [california], pool: all }
  - { name: bavaria, countries: [DE], states: [BY, Baden-Württemberg], pool: all }
  - { name: munich, countries: [DE], postal_codes: ["80-81"], pool: all }
  - { name: key, accounts: [Acme, "4711"], pool: all }
pools: [{ name: all, teams: [Sales], reps: [Ada], strategy: round_robin }]
waterfall: [all]
catch_all: { rep: Grace }
overrides:
  - { name: vip, when: { field: lead.crm.vip, operator: known }, to: { rep: Ada }, until: 2026-12-31 }
  - { name: fair, when: { field: lead.source, operator: equals, value: OFFLINE }, to: { pool: all } }
  - { name: board, when: { field: lead.crm.board, operator: known }, to: { queue: board } }
reps: { Ada: { weight: 2, ramp: { from: 2026-11-02 }, manager: Grace } }
`),
  ).join("\n");

  for (const said of [
    "What goes elsewhere whoever has a claim to it, the first that fits",
    "- Override vip: Ada, whatever they carry, when vip is known; until the end of 2026-12-31.",
    "- Override fair: whose turn it is in pool all when source is OFFLINE.",
    "- Override board: the queue board when board is known.",
    "- south: Germany, only postal codes 80… and 90–97 → pool all.",
    "- bavaria: Germany, only BY and Baden Wurttemberg → pool all.",
    "- south and munich both cover the postal codes 80… of Germany: the pools of both share such leads.",
    "- bay: United States of America, only CA → pool all.",
    "- key: the accounts Acme and 4711 → pool all.",
    "the contact's address does.",
    "- A lead in French from Switzerland goes to those who speak it (Romandie), and to nobody else.",
    "- health, when industry contains health: its specialists (Health).",
    "these are dropped one after the other: vertical.",
    "- all: Sales and Ada, in turn, one each.",
    "- pool all, then Grace.",
    "- Ada: 30 open leads, weight 2, times 0.5 for 30 days from 2026-11-02, seniority 1, manager Grace.",
  ])
    expect(printed).toContain(said);
  expect(printed).not.toContain("Who has a claim");
});

test("whatever is said of a rep is told, and pools rotate by their weights alone", () => {
  const printed = printPolicy(
    parsePolicy(`name: ours
qualifying_stage: mql
stages: [territory, language, segment, vertical, availability, pick]
segments: [{ name: enterprise, min: 1001, teams: [] }]
verticals: [{ name: health, when: { field: lead.industry, operator: contains, value: health }, teams: [] }]
territories: [{ name: all, countries: ["*"], pool: both }]
pools:
  - { name: one, teams: [One] }
  - { name: two, teams: [Two] }
  - { name: both, pools: [{ pool: one, weight: 2 }, two] }
waterfall: [both]
reps: { Ada: { languages: [German, en], segments: [enterprise], verticals: [health], holiday_region: DE-BY } }
`),
  ).join("\n");
  expect(printed).toContain("- both: the pools one (weight 2) and two, in turn, in proportion to their weights; then");
  expect(printed).toContain(
    "seniority 1, speaks German, speaks English, specialist of enterprise, specialist of health, public holidays of DE-BY.",
  );
});
