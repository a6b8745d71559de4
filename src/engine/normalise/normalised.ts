/** A cleaned value, and the data-quality mark it earned; never both null for a value that was given. */
export type Normalised<T> = { value: T | null; mark: string | null };

/** Lower case, without accents, dots, commas and doubled spaces: what two spellings of one name have in common. */
export function foldName(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}.,'’()]/gu, "")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
}
