import { foldName } from "./normalise/normalised.ts";
import { spansOverlap } from "./normalise/postal-code.ts";
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
    return { ...nowhere, words: `the postal codes ${postalCode}… of ${country}`, country, postalCode };
  }
  const state = b.states.find((name) => a.states.includes(name));
  if (state !== undefined) return { ...nowhere, words: `${state} in ${country}`, country, state };
  const isWhole = [a, b].every(({ states, postalCodes }) => states.length + postalCodes.length === 0);
  return isWhole ? { ...nowhere, words: country === "*" ? "every other country" : country, country } : null;
}

/** By name of the territory: those after it that cover a place of it as closely. Territories without any are missing. */
export function rivalsOf({ territories }: Policy): ReadonlyMap<string, readonly Territory[]> {
  return new Map(
    territories.flatMap((territory, at) => {
      const rivals = territories.slice(at + 1).filter((later) => sharedPlace(territory, later) !== null);
      return rivals.length === 0 ? [] : [[territory.name, rivals] as const];
    }),
  );
}
