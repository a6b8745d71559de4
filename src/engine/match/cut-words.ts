import { knownLengthBefore, meaningOf } from "./word-meanings.ts";

const unspacedScript =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;
const segmenter = new Intl.Segmenter("ja", { granularity: "word" });
/** Han, each run of kana as the one word that it mostly is, hangul, and the rest. */
const runs =
  /[\p{sc=Han}々]+|[\p{sc=Katakana}ー]+|\p{sc=Hiragana}+|\p{sc=Hangul}+|[^\p{sc=Han}々\p{sc=Katakana}ー\p{sc=Hiragana}\p{sc=Hangul}]+/gu;
/** Longer unknown parts are more than one word. */
const longestOfHan = 4;

/** Scripts that write no blanks are cut by the words that are known, what is between them by the runtime's dictionaries. */
export function cutWords(word: string): string[] {
  if (!unspacedScript.test(word)) return [word];
  return cutByKnown(word).flatMap((part) => (meaningOf(part) === undefined ? cutUnknown(part) : [part]));
}

/** From the end, where these languages say what something is, the longest word that is known goes first. */
function cutByKnown(text: string): string[] {
  const parts: string[] = [];
  let to = text.length;
  for (let end = text.length; end > 0; ) {
    const known = knownLengthBefore(text, end);
    if (known === 0) {
      end -= 1;
      continue;
    }
    if (end < to) parts.push(text.slice(end, to));
    parts.push(text.slice(end - known, end));
    end -= known;
    to = end;
  }
  if (to > 0) parts.push(text.slice(0, to));
  return parts.reverse();
}

function cutUnknown(text: string): string[] {
  return (text.match(runs) ?? []).flatMap((run) => {
    if (/^[\p{sc=Katakana}ー\p{sc=Hangul}]/u.test(run)) return [run];
    if (/^\p{sc=Han}/u.test(run) && run.length <= longestOfHan) return [run];
    return unspacedScript.test(run) ? Array.from(segmenter.segment(run), ({ segment }) => segment) : [run];
  });
}
