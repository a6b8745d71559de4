import { type DomainClasses, type DomainForms, eachKeyOfDomain, siteForms } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { createGrowing } from "./growing.ts";
import { hashOrNone } from "./hash.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import { type NameForms, nameForms } from "./name-forms.ts";
import { eachKeyInCountry, eachKeyOfName } from "./name-keys.ts";
import { placeForms } from "./place-forms.ts";
import { placeParts } from "./sections.ts";
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
  places: Uint32Array;
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
  const places = createGrowing();
  let account = 0;
  const put = (key: string): void => keys.add(key, account);
  return {
    add(entry) {
      account = ids.size;
      if (ids.add(entry.id) !== account) return;
      if (entry.parentId !== null) {
        children.push(account);
        parentOfChild.push(parentIds.add(entry.parentId));
      }
      const own = namesOf(entry);
      names.add(own, account);
      const place = placeForms(entry);
      for (const part of placeParts) places.push(hashOrNone(place[part], seed[0]));
      for (const name of own) eachKeyOfName(name, put);
      for (const name of own.slice(0, mostSoundedNames)) eachKeyInCountry(name, place.country, put);
      for (const forms of domainsOf(entry, classes)) eachKeyOfDomain(forms, put);
      if (place.phone !== null) put(`p:${place.phone}`);
      if (place.phoneStem !== null) put(`q:${place.phoneStem}`);
    },
    done() {
      const pooled = ids.done();
      const { numberOf, size } = openTextPool(pooled, seed);
      const { textOf } = openTextPool(parentIds.done(), seed);
      const parents = new Uint32Array(size);
      const childAt = children.trimmed();
      const parentAt = parentOfChild.trimmed();
      for (let at = 0; at < childAt.length; at += 1)
        parents[childAt[at] ?? 0] = numberOf(textOf(parentAt[at] ?? 0)) + 1;
      return { ids: pooled, parents, ...names.done(), places: places.trimmed() };
    },
  };
}

function createNames(vocabulary: VocabularyBuilder) {
  const nameStarts = createGrowing();
  const wordStarts = createGrowing();
  const words = createGrowing();
  return {
    /** Of the next account. */
    add(names: readonly NameForms[], account: number): void {
      nameStarts.push(wordStarts.length);
      for (const name of names) {
        wordStarts.push(words.length);
        for (const word of name.words) words.push(vocabulary.add(word, account));
      }
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
function namesOf({ name, otherNames }: AccountEntry): NameForms[] {
  const found: NameForms[] = [];
  for (const text of otherNames.length === 0 ? [name] : [name, ...otherNames].slice(0, mostNames)) {
    const forms = nameForms(text);
    if (forms !== null) found.push(forms);
  }
  return found;
}

function domainsOf({ website, otherDomains }: AccountEntry, classes: DomainClasses): DomainForms[] {
  const found: DomainForms[] = [];
  for (const text of otherDomains.length === 0 ? [website] : [website, ...otherDomains]) {
    const forms = siteForms(text, classes);
    if (forms !== null) found.push(forms);
  }
  return found;
}
