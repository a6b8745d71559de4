import { countryName } from "./normalise/country.ts";
import { foldName } from "./normalise/normalised.ts";
import { spansOverlap } from "./normalise/postal-code.ts";
import { stateInWords } from "./normalise/state.ts";
import type { Policy, Territory } from "./policy.ts";

/** How a named account is looked up, whichever of its names the policy has. */
export const accountKey = (idOrName: string): string => foldName(idOrName);

/** A place or an account that two territories cover, neither more closely than the other. */
export type SharedPlace = {
  words: string;
  country: string | null;
  state: string | null;
  postalCode: string | null;
  account: string | null;
};

const nowhere = { country: null, state: null, postalCode: null, account: null };

/** The first of them; null when there is none. */
export function sharedPlace(a: Territory, b: Territory): SharedPlace | null {
  const account = b.accounts.find((name) => a.accounts.some((other) => accountKey(other) === accountKey(name)));
  if (account !== undefined) return { ...nowhere, words: `the account ${account}`, account };
  const country = b.countries.find((code) => a.countries.includes(code));
  if (country === undefined) return null;
  for (const span of b.postalCodes) {
    const other = a.postalCodes.find((candidate) => spansOverlap(candidate, span));
    if (other === undefined) continue;
    const postalCode = [span.from, other.from].sort().at(-1) ?? span.from;
    return { ...nowhere, words: `the postal codes ${postalCode}… of ${countryName(country)}`, country, postalCode };
  }
  const state = b.states.find((name) => a.states.includes(name));
  if (state !== undefined)
    return { ...nowhere, words: `${stateInWords(state)} in ${countryName(country)}`, country, state };
  const isWhole = [a, b].every(({ states, postalCodes }) => states.length + postalCodes.length === 0);
  return isWhole
    ? { ...nowhere, words: country === "*" ? "every other country" : countryName(country), country }
    : null;
}

/**
 * By name of the territory: those after it that cover a place of it as closely. Territories without any are missing. As
 * `sharedPlace` has it of two of them, without asking each of hundreds about each of the others.
 */
export function rivalsOf({ territories }: Policy): ReadonlyMap<string, readonly Territory[]> {
  const later = territories.map(() => new Set<number>());
  const pair = (a: number, b: number): void => {
    if (a !== b) later[Math.min(a, b)]?.add(Math.max(a, b));
  };
  for (const sharing of Map.groupBy(wholesOf(territories), ({ key }) => key).values())
    for (const [at, { of }] of sharing.entries()) for (const other of sharing.slice(at + 1)) pair(of, other.of);
  for (const spans of Map.groupBy(spansOf(territories), ({ country }) => country).values())
    pairOverlapping(spans, pair);
  return new Map(
    territories.flatMap(({ name }, at) => {
      const rivals = [...(later[at] ?? [])].sort((a, b) => a - b).flatMap((each) => territories[each] ?? []);
      return rivals.length === 0 ? [] : [[name, rivals] as const];
    }),
  );
}

/** `of`: a territory, by its position. */
type Whole = { of: number; key: string };

/** What two territories can cover as a whole only: accounts, states, countries. */
const wholesOf = (territories: readonly Territory[]): Whole[] =>
  territories.flatMap(({ accounts, countries, states, postalCodes }, of) => {
    const isWhole = states.length + postalCodes.length === 0;
    const keys = [
      ...accounts.map((account) => JSON.stringify(["account", accountKey(account)])),
      ...countries.flatMap((country) => states.map((state) => JSON.stringify(["state", country, state]))),
      ...(isWhole ? countries.map((country) => JSON.stringify(["country", country])) : []),
    ];
    return [...new Set(keys)].map((key) => ({ of, key }));
  });

type Span = { of: number; country: string; from: string; to: string };

/** From the first code to the last, of as many characters as any has, so that they can be put in order. */
const spansOf = (territories: readonly Territory[]): Span[] =>
  territories.flatMap(({ countries, postalCodes }, of) =>
    countries.flatMap((country) =>
      postalCodes.map(({ from, to }) => ({
        of,
        country,
        from: from.padEnd(mostOfCode, "0"),
        to: to.padEnd(mostOfCode, "Z"),
      })),
    ),
  );

const mostOfCode = 12;

function pairOverlapping(spans: readonly Span[], pair: (a: number, b: number) => void): void {
  let open: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    open = open.filter(({ to }) => to >= span.from);
    for (const { of } of open) pair(of, span.of);
    open.push(span);
  }
}
