import { RE2 } from "re2-wasm";

/** In characters (reliability.md S18). */
export const longestPattern = 200;

const compiled = new Map<string, RE2>();
const mostCompiled = 1_000;

/**
 * A user's pattern, without case, in linear time whatever it is (reliability.md S18: never the engine of the language).
 * Throws SyntaxError on what RE2 does not take, look-around and back-references among it.
 */
export function patternOf(text: string): RE2 {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const pattern = new RE2(text, "iu");
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(text, pattern);
  return pattern;
}

/** Why this is no pattern that we take; null: it is one. */
export function patternProblem(text: string): string | null {
  if (text.length > longestPattern) return `is longer than ${longestPattern} characters`;
  try {
    patternOf(text);
    return null;
  } catch (error) {
    return error instanceof Error
      ? error.message.replace(/^Invalid regular expression: \/.*\/iu: /s, "")
      : String(error);
  }
}
