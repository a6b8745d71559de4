import { foldName, type Normalised } from "./normalised.ts";
import { remembered } from "./remembered.ts";

const letters = [..."abcdefghijklmnopqrstuvwxyz"];

/** The languages in which people write the names of languages, the likeliest last: a name that two share is its. */
const writtenIn = ["ja", "zh", "pl", "nl", "sv", "da", "fi", "nb", "pt", "it", "es", "fr", "de", "en"];

const displayNames = (locale: string) => new Intl.DisplayNames([locale], { type: "language", fallback: "none" });

/** Every ISO 639-1 code that the runtime has a name for. */
const codes: readonly string[] = letters
  .flatMap((first) => letters.map((second) => first + second))
  .filter((code) => displayNames("en").of(code) !== undefined && Intl.getCanonicalLocales(code)[0] === code);

/** Each by its name in those languages and in itself. */
const codeByName: ReadonlyMap<string, string> = new Map([
  ...codes.map((code) => [foldName(displayNames(code).of(code) ?? code), code] as const),
  ...writtenIn.flatMap((locale) => {
    const names = displayNames(locale);
    return codes.map((code) => [foldName(names.of(code) ?? code), code] as const);
  }),
]);

/** ISO 639-1 code of a language: "German", "Deutsch", "de", "de-AT" and "de_at" are all `de`. */
export function normaliseLanguage(text: string | null | undefined): Normalised<string> {
  return read(text ?? "");
}

const read = remembered((text): Normalised<string> => {
  const given = text.trim();
  if (given === "") return { value: null, mark: null };
  const [code = ""] = given.toLowerCase().split(/[-_]/);
  if (codes.includes(code)) return { value: code, mark: null };
  const named = codeByName.get(foldName(given));
  return named === undefined ? { value: null, mark: "language-not-understood" } : { value: named, mark: null };
});
