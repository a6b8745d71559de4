import type { Base } from "./base.ts";
import { addPairs, bearersBy } from "./bearers.ts";
import { collectAccounts } from "./collect-accounts.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { createKeyTable } from "./key-table.ts";
import { createVocabulary } from "./vocabulary.ts";

/** Reads accounts once, in their order. */
export function buildBase(accounts: Iterable<AccountEntry>, classes: DomainClasses): Base {
  const words = createVocabulary();
  const keys = createKeyTable();
  const collector = collectAccounts(keys, words, classes);
  for (const entry of accounts) collector.add(entry);
  const { ids, parents, meanings, ...columns } = collector.done();
  const vocabulary = words.build();
  const size = ids.length;
  addPairs(keys, { ...columns, size }, vocabulary);
  const position = new Map(ids.map((id, at) => [id, at]));
  const base = {
    size,
    idOf: (account: number) => ids[account] ?? "",
    parentOf: (account: number) => position.get(parents[account] ?? "") ?? -1,
    vocabulary,
    keys: keys.build(),
    ...columns,
    ...bearersBy(meanings, columns, vocabulary, size),
  };
  return { ...base, bytes: bytesOf(base, ids) };
}

/** Of an id among the others, beside its letters. */
const perId = 48;

function bytesOf(base: Omit<Base, "bytes">, ids: readonly string[]): number {
  const flat = [...Object.values(base), ...Object.values(base.places)].filter((each) => each instanceof Uint32Array);
  const bytes = flat.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const ofIds = ids.reduce((sum, id) => sum + id.length + perId, 0);
  return bytes + ofIds + base.keys.bytes + base.vocabulary.bytes;
}
