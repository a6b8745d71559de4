/** A cleaned value, and the data-quality mark it earned; never both null for a value that was given. */
export type Normalised<T> = { value: T | null; mark: string | null };

/** Signs above and below a letter that leave it what it is. Vowel signs of Indic scripts and the voicing of kana are none. */
const accents =
  /[[\p{M}&&[\p{sc=Inherited}\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}]]--[\u3099\u309A]]/gv;

/** Lower case, without accents, dots, commas and doubled spaces: what two spellings of one name have in common. */
export function foldName(text: string): string {
  return text
    .normalize("NFKD")
    .replace(accents, "")
    .replace(/[.,'’()]/g, "")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
}

/** Letters that do not come apart into a plain one and an accent. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  æ: "ae",
  œ: "oe",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** "straße" as "strasse", "søren" as "soren": of text in lower case, what `foldName` leaves as it is. */
export const inPlainLetters = (text: string): string =>
  text.replace(/[ßøæœłđðþı]/g, (letter) => plainLetters[letter] ?? letter);
