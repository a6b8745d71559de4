import { describe, expect, test } from "@jest/globals";
import type { Finding } from "../../../src/engine/lint/lint-policy.ts";
import { line, lint } from "./planted.ts";

const ofKind = (kind: string, sections: object, samples?: readonly Record<string, string>[]): Finding[] =>
  lint({ sections, ...(samples === undefined ? {} : { samples }) }).filter((finding) => finding.kind === kind);
const gate = (when: object) => ({ gates: [{ name: "home", when }] });

describe("a condition on lead.countryCode", () => {
  test.each<[value: string, operator: string, asked: unknown, why: string]>([
    ["a country's name", "equals", "Germany", 'write DE for "Germany"'],
    ["a code of three letters", "equals", "CHE", 'write CH for "CHE"'],
    ["names alone", "in", ["Germany", "Austria"], 'write DE for "Germany"'],
    ["what is no country", "equals", "Atlantis", '"Atlantis" is none'],
    ["a part of a name", "contains", "germ", "and none contains"],
  ])("that asks for %s can never hold, and what to write is said", (_what, operator, asked, why) => {
    const [never, ...others] = ofKind("unreachable-rule", gate(line("lead.countryCode", operator, asked)));
    expect([never?.severity, others]).toEqual(["error", []]);
    expect(never?.message).toMatch(/^no lead ever comes to gate "home" of gates: its condition can never hold: /);
    expect(never?.message).toContain(why);
    expect(ofKind("impossible-value", gate(line("lead.countryCode", operator, asked)))).toEqual([]);
  });

  test.each<[what: string, when: object]>([
    ["a list with a code and a name", line("lead.countryCode", "in", ["AT", "Germany"])],
    ["a name that is left out", line("lead.countryCode", "not_in", ["Germany"])],
    ["a name or a code", { any: [line("lead.countryCode", "equals", "Germany"), line("lead.score", "gte", 90)] }],
  ])("that holds all the same, with %s, is warned of", (_what, when) => {
    expect(ofKind("unreachable-rule", gate(when))).toEqual([]);
    expect(ofKind("impossible-value", gate(when))).toMatchObject([
      {
        severity: "warning",
        message:
          'gate "home" asks for what is never there: lead.countryCode is a code of two letters: write DE for "Germany"',
      },
    ]);
  });

  test("is warned of once, where it stands, however many rules ask for what it makes", () => {
    const hand_raiser = line("lead.countryCode", "not_equals", "Germany");
    const qualification = { version: 2, name: "MQL", hand_raiser };
    expect(ofKind("impossible-value", { qualification }).map(({ rules }) => rules)).toEqual([["hand_raiser"]]);
  });

  test("with codes is found nothing of, and shown by a lead of that country where it is taken before", () => {
    const german = line("lead.countryCode", "in", ["DE", "at"]);
    expect(ofKind("impossible-value", gate(german))).toEqual([]);
    const gates = [
      { name: "home", when: german },
      { name: "again", when: line("lead.countryCode", "equals", "AT") },
    ];
    const [taken] = ofKind("unreachable-rule", { gates });
    expect(taken).toMatchObject({ rules: ['gate "again"', 'gate "home"'] });
    expect(taken?.witness?.decision.outcome).toEqual({ kind: "stopped", because: "home" });
  });
});

describe("a state named by a code in a country whose states Baton does not know by code", () => {
  const bavaria = (states: string[], country = "DE") => ({
    territories: [
      { name: "bavaria", countries: [country], states, pool: "dach" },
      { name: "rest", countries: ["*"], pool: "general" },
    ],
  });

  test("is warned of", () => {
    expect(ofKind("state-code", bavaria(["BY", "Bayern"]))).toMatchObject([
      {
        severity: "warning",
        message: expect.stringMatching(/^territory "bavaria" names the state BY: of Germany .* written "BY" are in it/),
        rules: ['territory "bavaria"'],
      },
    ]);
  });

  test("is not where leads have it so", () => {
    expect(ofKind("state-code", bavaria(["BY"]), [{ country: "Germany", state: "by" }])).toEqual([]);
  });

  test.each([
    ["in a country whose states it knows", "US", ["CA"]],
    ["by a short name", "CH", ["Uri"]],
  ])("is none %s", (_what, country, states) => {
    expect(ofKind("state-code", bavaria(states, country))).toEqual([]);
  });
});
