import type { Places } from "./base.ts";
import { type DomainClasses, type DomainForms, keysOfDomain, siteForms } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { createGrowing, type Growing } from "./growing.ts";
import { hashOrNone } from "./hash.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import { type NameForms, nameForms } from "./name-forms.ts";
import { keysOfName, soundKeys } from "./name-keys.ts";
import { placeForms } from "./place-forms.ts";
import type { VocabularyBuilder } from "./vocabulary.ts";

const mostNames = 16;
const mostSoundedNames = 2;

const placeParts = ["country", "state", "city", "postalCode", "phone", "phoneStem"] as const;

/** Accounts as they are read, column by column. */
export type Collected = {
  ids: readonly string[];
  parents: readonly (string | null)[];
  nameStarts: Uint32Array;
  wordStarts: Uint32Array;
  words: Uint32Array;
  /** Of each of the words. */
  meanings: Uint32Array;
  places: Places;
  domainStarts: Uint32Array;
  domains: Uint32Array;
};

export type Collector = { add(entry: AccountEntry): void; done(): Collected };

/** What accounts are found by goes into `keys`, their words into `vocabulary`. */
export function collectAccounts(
  keys: KeyTableBuilder,
  vocabulary: VocabularyBuilder,
  classes: DomainClasses,
): Collector {
  const ids: string[] = [];
  const parents: (string | null)[] = [];
  const names = createNames(vocabulary);
  const places = Object.fromEntries(placeParts.map((part) => [part, createGrowing()])) as Record<keyof Places, Growing>;
  const domainStarts = createGrowing();
  const domains = createGrowing();
  return {
    add(entry) {
      const account = ids.push(entry.id) - 1;
      parents.push(entry.parentId);
      const own = namesOf(entry);
      names.add(own);
      const place = placeForms(entry);
      for (const part of placeParts) places[part].push(hashOrNone(place[part]));
      const forms = domainsOf(entry, classes);
      domainStarts.push(domains.length);
      for (const { domain } of forms) domains.push(hashOrNone(domain));
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
      domainStarts.push(domains.length);
      const flatPlaces = Object.fromEntries(placeParts.map((part) => [part, places[part].trimmed()])) as Places;
      return {
        ids,
        parents,
        ...names.done(),
        places: flatPlaces,
        domainStarts: domainStarts.trimmed(),
        domains: domains.trimmed(),
      };
    },
  };
}

function createNames(vocabulary: VocabularyBuilder) {
  const nameStarts = createGrowing();
  const wordStarts = createGrowing();
  const words = createGrowing();
  const meanings = createGrowing();
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
          meanings.push(meaning);
          borne.add(meaning);
        }
      }
      vocabulary.count(borne);
    },
    done(): Pick<Collected, "nameStarts" | "wordStarts" | "words" | "meanings"> {
      nameStarts.push(wordStarts.length);
      wordStarts.push(words.length);
      return {
        nameStarts: nameStarts.trimmed(),
        wordStarts: wordStarts.trimmed(),
        words: words.trimmed(),
        meanings: meanings.trimmed(),
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
