import { expect, test } from "@jest/globals";
import type { Territory } from "../../src/engine/policy.ts";
import { rivalsOf, sharedPlace } from "../../src/engine/shared-place.ts";
import { aPolicy, seededRandom } from "../builders.ts";

const aTerritory = (name: string, parts: Partial<Territory>): Territory => ({
  name,
  countries: [],
  states: [],
  postalCodes: [],
  accounts: [],
  pool: "dach",
  teamPool: null,
  also: { teams: [], reps: [] },
  ...parts,
});

const namesOf = (territories: readonly Territory[]) =>
  [...rivalsOf(aPolicy({ territories }))].map(([name, rivals]) => [name, rivals.map((rival) => rival.name)]);

function someTerritories(seed: number): Territory[] {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);
  const aSpan = () => {
    const from = String(below(100));
    return { from, to: random() < 0.7 ? from : String(Math.min(Number(from) + below(20), 10 ** from.length - 1)) };
  };
  const oneOf = (list: readonly string[]) => list[below(list.length)] as string;
  return Array.from({ length: 2 + below(8) }, (_, at) => {
    const accounts = some(2, () => oneOf(["Acme", "ACME", "Umbrella", "Globex", "Initech"]));
    const parts =
      random() < 0.5 ? { states: some(2, () => oneOf(["Bavaria", "Hesse"])), postalCodes: some(3, aSpan) } : {};
    const country = oneOf(["DE", "US"]);
    const countries = "states" in parts ? [country] : some(3, () => oneOf(["DE", "US", "FR", "*"]));
    return aTerritory(`t${at}`, { ...parts, accounts, countries });
  });
}

test("those that share a place with a territory are the ones that it does with each by itself", () => {
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const territories = someTerritories(seed);
    const oneByOne = territories.flatMap((territory, at) => {
      const rivals = territories.slice(at + 1).filter((later) => sharedPlace(territory, later) !== null);
      return rivals.length === 0 ? [] : [[territory.name, rivals.map(({ name }) => name)]];
    });
    expect(namesOf(territories)).toEqual(oneByOne);
  }
});

test("two hundred territories of many codes and accounts each are compared within seconds", () => {
  const [count, each] = [200, 200];
  const code = (at: number) => String(at).padStart(6, "0");
  const territories = Array.from({ length: count }, (_, at) =>
    aTerritory(`t${at}`, {
      countries: ["IN"],
      postalCodes: Array.from({ length: each }, (_, of) => ({ from: code(at * each + of), to: code(at * each + of) })),
      accounts: Array.from({ length: each }, (_, of) => `Account ${at} ${of}`),
    }),
  );
  const startedAt = performance.now();
  expect(namesOf(territories)).toEqual([]);
  // One by one it is minutes.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
