import { expect, test } from "@jest/globals";
import { createLaw } from "../../scripts/bench/frequency-law.ts";
import { run, describe as tell } from "../../scripts/bench/match.ts";
import { readMatchData } from "../../scripts/bench/match-data.ts";
import { createMatchWorld } from "../../scripts/bench/match-world.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";

test("a tiny run of match: every side is judged on the same leads, and a larger base is made", async () => {
  const result = await run({ seed: 1, data: null, accounts: [3_000], leads: 60 });

  expect(Object.keys(result.sides)).toEqual([
    "Baton",
    "exact domain",
    "domain + fuzzball 0.85",
    "domain + minisearch + 0.85",
    "domain + flexsearch + 0.85",
  ]);
  for (const { precision, recall } of Object.values(result.sides)) {
    expect(precision).toBeGreaterThan(0.2);
    expect(recall).toBeGreaterThan(0.1);
  }
  expect(result.sides.Baton?.f1).toBeGreaterThan(0.6);
  expect(result.scales).toEqual([expect.objectContaining({ accounts: 3_000 })]);
  expect(result.scales[0]?.recall).toBeGreaterThan(0.5);
  expect(tell(result)).toContain("(f1ToBest)");
}, 120_000);

test("the n-th account and the n-th lead are the same each time, and strangers are none of the accounts", async () => {
  const { accounts } = await readMatchData(null, 1);
  const [one, other, third] = [1, 1, 2].map((seed) => createMatchWorld(accounts, seed));
  const rows = (world: typeof one) => [7, 8, 70_000].map((at) => [world?.accountAt(at), world?.leadAt(at, 1_000)]);
  expect(rows(other)).toEqual(rows(one));
  expect(rows(third)).not.toEqual(rows(one));
  const leads = Array.from({ length: 200 }, (_, at) => one?.leadAt(at, 1_000));
  const ids = new Set(Array.from({ length: 1_000 }, (_, at) => one?.accountAt(at).id));
  expect(leads.every((lead) => lead?.accountId === null || ids.has(lead?.accountId ?? ""))).toBe(true);
  expect(leads.filter((lead) => lead?.accountId === null).length).toBeGreaterThan(40);
});

test("common texts are drawn as often as they were counted, and ten times the draws bring new ones", () => {
  const given = Array.from({ length: 5_000 }, (_, at) => `word${Math.floor(400 ** ((at % 997) / 997))}`);
  const law = createLaw(given);
  const random = createRandom(1);
  const drawn = Array.from({ length: 50_000 }, () => law.draw(random));
  const countOf = (texts: readonly string[], text: string) => texts.filter((each) => each === text).length;
  const [[commonest = ""] = []] = law.counted;
  expect(countOf(drawn, commonest) / countOf(given, commonest)).toBeCloseTo(10, 0);
  expect(new Set(drawn).size).toBeGreaterThan(new Set(given).size);
  expect(law.rankOf(law.draw(random, 3))).not.toBe(0);
});
