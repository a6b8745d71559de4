import { type Base, openBase } from "./base.ts";
import { addPairs, bearersBy } from "./bearers.ts";
import { collectAccounts } from "./collect-accounts.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { createKeyTable } from "./key-table.ts";
import { countPlaces } from "./place-counts.ts";
import type { Seed } from "./sip-hash.ts";
import { createVocabulary } from "./vocabulary.ts";

export type BaseBuilder = {
  /** Of several with one id the first counts. */
  add(entry: AccountEntry): void;
  /** Ends the adding. */
  done(): Base;
};

/**
 * A base of accounts that come one after the other. The seed changes no answer, but who knows it can make leads that are
 * taken for an account's: take a new one at random for each base that strangers' leads meet.
 */
export function createBaseBuilder(classes: DomainClasses, seed: Seed): BaseBuilder {
  const builder = createVocabulary(seed);
  const keys = createKeyTable(seed);
  const collector = collectAccounts({ keys, vocabulary: builder, classes, seed });
  return {
    add: collector.add,
    done() {
      const { ids, ...columns } = collector.done();
      const { texts, meanings, bearers: counts, slips } = builder.done();
      const vocabulary = {
        meaningOf: (word: number) => (meanings[word] ?? 0) - 1,
        bearersOf: (meaning: number) => counts[meaning] ?? 0,
      };
      const flat = { ...columns, size: columns.parents.length };
      addPairs(keys, flat, vocabulary);
      const entries = keys.done();
      const { hashes, counts: residents } = countPlaces(columns.places);
      return openBase({
        seed: Uint32Array.from(seed),
        ...{ idLetters: ids.letters, idStarts: ids.starts, idSlots: ids.slots },
        ...columns,
        ...{ placeHashes: hashes, placeCounts: residents },
        ...{ wordLetters: texts.letters, letterStarts: texts.starts, wordSlots: texts.slots },
        ...{ meanings, bearerCounts: counts, slipStarts: slips.starts, slips: slips.entries },
        ...bearersBy(flat, vocabulary, counts),
        ...{ keyStarts: entries.starts, keyChecks: entries.checks, keyAccounts: entries.accounts },
      });
    },
  };
}

/** See `createBaseBuilder`. */
export function buildBase(accounts: Iterable<AccountEntry>, classes: DomainClasses, seed: Seed): Base {
  const builder = createBaseBuilder(classes, seed);
  for (const entry of accounts) builder.add(entry);
  return builder.done();
}
