import { isSmallWord } from "./small-words.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { WordFacts, WordReader } from "./word-facts.ts";

const fewest = 2;
const most = 7;
const mayBeInitials = ({ length }: string): boolean => length >= fewest && length <= most;

/** Places of words of a lead and of an account's name, of which one is the initials of the others. */
export type Stood = { ofLead: readonly number[]; ofAccount: readonly number[] };

type Lead = { words: readonly { text: string }[]; runs: ReadonlySet<number> };

/** Places of the lead's words that have no like, and the account's words with a bit for each that is taken. */
type Left = { lone: readonly number[]; others: readonly WordFacts[]; taken: number };

/**
 * A word that is left may be the initials of words that are left on the other side: "ens" of "école normale supérieure".
 * Small words are passed over. Null: none is.
 */
export function pairInitials({ words, runs }: Lead, left: Left, reader: WordReader): Stood | null {
  const { lone, others, taken } = left;
  if (others.length >= fewest)
    for (const place of lone) {
      const text = words[place]?.text ?? "";
      const ofAccount = mayBeInitials(text) ? runOf(text, left) : null;
      if (ofAccount !== null) return { ofLead: [place], ofAccount };
    }
  if (runs.size === 0 || lone.length < fewest) return null;
  const telling = lone.filter((place) => !isSmallWord(words[place]?.text ?? ""));
  const firsts = telling.map((place) => words[place]?.text[0] ?? "").join("");
  for (const [at, other] of others.entries()) {
    if (isTaken(taken, at) || !runs.has(other.word)) continue;
    const from = firsts.indexOf(reader.textOf(other));
    if (from !== -1) return { ofLead: telling.slice(from, from + other.length), ofAccount: [at] };
  }
  return null;
}

const isTaken = (taken: number, at: number): boolean => (taken & (1 << at)) !== 0;

/** Words of the account, one after the other, that begin with the letters of a text. */
function runOf(text: string, { others, taken }: Left): number[] | null {
  const initial = text.charCodeAt(0);
  for (let start = 0; start + text.length <= others.length; start += 1) {
    if (isTaken(taken, start) || others[start]?.first !== initial) continue;
    const run: number[] = [];
    for (let at = start; at < others.length && run.length < text.length; at += 1) {
      if (isTaken(taken, at) || others[at]?.isSmall === true) continue;
      if (others[at]?.first !== text.charCodeAt(run.length)) break;
      run.push(at);
    }
    if (run.length === text.length) return run;
  }
  return null;
}

/** Words of a vocabulary that are the initials of some of a lead's words, one after the other. */
export function runsAmong(texts: readonly string[], vocabulary: Vocabulary): ReadonlySet<number> {
  const firsts = texts
    .filter((text) => !isSmallWord(text))
    .map((text) => text[0] ?? "")
    .join("");
  const runs = new Set<number>();
  for (let from = 0; from + fewest <= firsts.length; from += 1)
    for (let length = fewest; length <= most && from + length <= firsts.length; length += 1) {
      const word = vocabulary.wordOf(firsts.slice(from, from + length));
      if (word !== -1) runs.add(word);
    }
  return runs;
}
