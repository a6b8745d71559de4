import type { AccountEntry } from "./entries.ts";
import { hashText } from "./hash.ts";

/**
 * Accounts that might be in a larger base: each has the name of one that is there, where every word that one account alone
 * bears is replaced by one that is made up, and words of several by others of several, as often as they come. Words that
 * come once stand for those that have not come yet (I. J. Good 1953), so chance agreement grows as it does with real ones.
 * Country, state and city are those of yet another account. The same accounts and seed give the same.
 */
export function madeUpAccounts(accounts: readonly AccountEntry[], count: number, seed: number): AccountEntry[] {
  const names = accounts.map(({ name }) => wordsOf(name)).filter(({ length }) => length > 0);
  if (names.length === 0) return [];
  const bearers = new Map<string, number>();
  for (const words of names)
    for (const word of new Set(words.map(lower))) bearers.set(word, (bearers.get(word) ?? 0) + 1);
  const isLone = (word: string): boolean => bearers.get(lower(word)) === 1;
  const shared = names.flatMap((words) => words.filter((word) => !isLone(word)));
  const lone = names.flatMap((words) => words.filter(isLone));
  return Array.from({ length: count }, (_, at) => {
    let drawn = 0;
    const draw = <T>(from: readonly T[]): T => {
      drawn += 1;
      return from[hashText(`${at} ${drawn}`, seed) % from.length] as T;
    };
    const words = draw(names).map((word) => {
      if (isLone(word)) return madeUpWord(draw(lone), draw(lone));
      return draw([true, false]) ? word : draw(shared);
    });
    const place = draw(accounts);
    return {
      ...place,
      id: `made-up-${at}`,
      name: words.join(" "),
      otherNames: [],
      website: null,
      otherDomains: [],
      phone: null,
      postalCode: null,
      parentId: null,
    };
  });
}

const wordsOf = (name: string | null): string[] => (name ?? "").split(/\s+/).filter((word) => word !== "");
const lower = (word: string): string => word.toLowerCase();

/** The beginning of one and the end of another. */
const madeUpWord = (a: string, b: string): string =>
  a.slice(0, Math.ceil(a.length / 2)) + b.slice(Math.floor(b.length / 2));
