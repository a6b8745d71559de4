import { type DomainClasses, type DomainForms, keysOfDomain, siteForms } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { createGrowing } from "./growing.ts";
import { hashOrNone } from "./hash.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import { type NameForms, nameForms } from "./name-forms.ts";
import { keysOfName, soundKeys } from "./name-keys.ts";
import { placeForms } from "./place-forms.ts";
import { type PlaceColumns, placeParts } from "./sections.ts";
import type { Seed } from "./sip-hash.ts";
import { createTextPool, openTextPool, type PooledTexts } from "./text-pool.ts";
import type { VocabularyBuilder } from "./vocabulary.ts";

const mostNames = 16;
const mostSoundedNames = 2;

/** Accounts as they are read, column by column. */
export type Collected = {
  ids: PooledTexts;
  /** Position + 1; 0: it has none among these. */
  parents: Uint32Array;
  nameStarts: Uint32Array;
  wordStarts: Uint32Array;
  words: Uint32Array;
  places: PlaceColumns;
};

export type Collector = { add(entry: AccountEntry): void; done(): Collected };

type Targets = { keys: KeyTableBuilder; vocabulary: VocabularyBuilder; classes: DomainClasses; seed: Seed };

/** What accounts are found by goes into `keys`, their words into `vocabulary`. Of several with one id the first counts. */
export function collectAccounts({ keys, vocabulary, classes, seed }: Targets): Collector {
  const ids = createTextPool(seed);
  const children = createGrowing();
  const parentIds = createTextPool(seed);
  const parentOfChild = createGrowing();
  const names = createNames(vocabulary);
  const places = placeParts.map((part) => ({ part, values: createGrowing() }));
  return {
    add(entry) {
      const account = ids.size;
      if (ids.add(entry.id) !== account) return;
      if (entry.parentId !== null) {
        children.push(account);
        parentOfChild.push(parentIds.add(entry.parentId));
      }
      const own = namesOf(entry);
      names.add(own);
      const place = placeForms(entry);
      for (const { part, values } of places) values.push(hashOrNone(place[part], seed[0]));
      const forms = domainsOf(entry, classes);
      const found = [
        ...own.flatMap(keysOfName),
        ...own.slice(0, mostSoundedNames).flatMap((name) => soundKeys(name, place.country)),
        ...forms.flatMap(keysOfDomain),
        ...(place.phone === null ? [] : [`p:${place.phone}`]),
        ...(place.phoneStem === null ? [] : [`q:${place.phoneStem}`]),
      ];
      for (const key of new Set(found)) keys.add(key, account);
    },
    done() {
      const pooled = ids.done();
      const { numberOf, size } = openTextPool(pooled, seed);
      const { textOf } = openTextPool(parentIds.done(), seed);
      const parents = new Uint32Array(size);
      for (let at = 0; at < children.length; at += 1)
        parents[children.at(at)] = numberOf(textOf(parentOfChild.at(at))) + 1;
      const columns = places.map(({ part, values }) => [part, values.trimmed()]);
      return { ids: pooled, parents, ...names.done(), places: Object.fromEntries(columns) as PlaceColumns };
    },
  };
}

function createNames(vocabulary: VocabularyBuilder) {
  const nameStarts = createGrowing();
  const wordStarts = createGrowing();
  const words = createGrowing();
  return {
    /** Of the next account. */
    add(names: readonly NameForms[]): void {
      nameStarts.push(wordStarts.length);
      const borne = new Set<number>();
      for (const name of names) {
        wordStarts.push(words.length);
        for (const each of name.words) {
          const { word, meaning } = vocabulary.add(each);
          words.push(word);
          borne.add(meaning);
        }
      }
      vocabulary.count(borne);
    },
    done(): Pick<Collected, "nameStarts" | "wordStarts" | "words"> {
      nameStarts.push(wordStarts.length);
      wordStarts.push(words.length);
      return {
        nameStarts: nameStarts.trimmed(),
        wordStarts: wordStarts.trimmed(),
        words: words.trimmed(),
      };
    },
  };
}

/** The name, then the other names; one that names nobody is left out. */
const namesOf = ({ name, otherNames }: AccountEntry): NameForms[] =>
  [name, ...otherNames]
    .slice(0, mostNames)
    .map(nameForms)
    .filter((forms) => forms !== null);

const domainsOf = ({ website, otherDomains }: AccountEntry, classes: DomainClasses): DomainForms[] =>
  [website, ...otherDomains].map((each) => siteForms(each, classes)).filter((forms) => forms !== null);
