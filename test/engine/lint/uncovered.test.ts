import { expect, test } from "@jest/globals";
import type { Finding } from "../../../src/engine/lint/lint-policy.ts";
import { lint } from "./planted.ts";

const pools = (strategy: string) => [
  { name: "dach", teams: ["DACH Sales"], strategy },
  { name: "general", teams: ["General Sales"] },
  { name: "sdr", teams: ["SDR"] },
];
const rest = { name: "rest", countries: ["*"], pool: "general" };
const german = { language: "German", countries: ["DE"], teams: ["SDR"] };

const uncovered = (sections: object): Finding[] =>
  lint({
    sections: { pools: pools("smooth_weighted"), follow_the_sun: null, waterfall: ["general"], ...sections },
  }).filter(({ kind, severity }) => kind === "uncovered" && severity === "error");

test("a territory whose pool only offers its leads to its members is covered", () => {
  const territories = [{ name: "dach", countries: ["DE", "AT", "CH"], pool: "dach" }, rest];
  expect(uncovered({ pools: pools("claim"), territories })).toEqual([]);
});

test("a cell that nobody of such a pool may have is uncovered all the same, wherever it is offered next", () => {
  const [, general, sdr] = pools("claim");
  const sections = {
    pools: [pools("claim")[0], { ...general, strategy: "claim" }, sdr],
    territories: [{ name: "dach", countries: ["DE"], pool: "dach" }, rest],
    languages: [german],
  };
  const [found] = uncovered(sections);
  expect(found?.rules).toEqual(['territory "dach"', 'language "de" in DE']);
  expect(found?.witness?.decision.outcome).toMatchObject({ kind: "queued", queueId: "general" });
});

test("a cell that nobody of the pool covers, but somebody of the territory's team, is covered", () => {
  const sections = (team: object) => ({
    territories: [{ name: "dach", countries: ["DE"], pool: "dach", ...team }, rest],
    languages: [german],
  });
  expect(uncovered(sections({}))).toHaveLength(1);
  expect(uncovered(sections({ team_pool: "sdr" }))).toEqual([]);
});
