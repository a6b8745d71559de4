/** What of an account's place and phone is compared. */
export const placeParts = ["country", "state", "city", "postalCode", "phone", "phoneStem"] as const;
export type PlacePart = (typeof placeParts)[number];

/** A hash of a part of an account's place, out of those of all accounts; 0: unknown. */
export const placeOf = (places: Uint32Array, account: number, part: PlacePart): number =>
  places[account * placeParts.length + placeParts.indexOf(part)] ?? 0;

/**
 * What a base consists of, each a flat array, in the order in which they are written. What the arrays hold is told where
 * they are made: ids and words in text-pool.ts, keys in key-table.ts, slips in slips.ts.
 */
export const sectionArrays = {
  /** The two numbers of the seed. */
  seed: Uint32Array,
  idLetters: Uint8Array,
  idStarts: Uint32Array,
  idSlots: Uint32Array,
  /** Position + 1 of each account's parent; 0: it has none among these. */
  parents: Uint32Array,
  /** Names of an account are `nameStarts[account]` to `nameStarts[account + 1]`, words of a name likewise. */
  nameStarts: Uint32Array,
  wordStarts: Uint32Array,
  words: Uint32Array,
  /** Of each account a hash of each of `placeParts`, one account after the other; 0: unknown. */
  places: Uint32Array,
  /** Of countries and cities, and how many accounts are there; see place-counts.ts. */
  placeHashes: Uint32Array,
  placeCounts: Uint32Array,
  wordLetters: Uint8Array,
  letterStarts: Uint32Array,
  wordSlots: Uint32Array,
  meanings: Uint32Array,
  bearerCounts: Uint32Array,
  slipStarts: Uint32Array,
  slips: Uint32Array,
  /** Accounts that bear a word of a meaning, of meanings that few bear. */
  bearerStarts: Uint32Array,
  bearers: Uint32Array,
  keyStarts: Uint32Array,
  keyChecks: Uint32Array,
  keyAccounts: Uint32Array,
} as const;

export type SectionName = keyof typeof sectionArrays;
export const sectionNames = Object.keys(sectionArrays) as readonly SectionName[];

/** All of a base, ready to be posted to another thread: nothing but typed arrays. */
export type Sections = {
  readonly [name in SectionName]: (typeof sectionArrays)[name] extends Uint8ArrayConstructor ? Uint8Array : Uint32Array;
};
