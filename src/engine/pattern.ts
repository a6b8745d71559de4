import { RE2 } from "re2-wasm";
import { patternKilobytes } from "./pattern-size.ts";

/** In characters (reliability.md S18). */
export const longestPattern = 200;

/** The library has 16 MB for all patterns of the process, and does not recover when they are spent. */
const mostKilobytes = 6_000;
const mostOfOne = 2_000;

/** The least recently asked for first. */
const compiled = new Map<string, { pattern: RE2; kilobytes: number }>();
let kept = 0;

/**
 * A user's pattern, without case, in linear time whatever it is (reliability.md S18: never the engine of the language).
 * For this moment only: another pattern may take its place. Throws SyntaxError on what RE2 does not take, look-around and
 * back-references among it, and on what would be too large.
 */
export function patternOf(text: string): Pick<RE2, "test"> {
  const known = compiled.get(text);
  if (known !== undefined) {
    // Put at the end only when it is not there already, which most are.
    if (compiled.size > 1) {
      compiled.delete(text);
      compiled.set(text, known);
    }
    return known.pattern;
  }
  const kilobytes = patternKilobytes(text);
  if (kilobytes > mostOfOne)
    throw new SyntaxError("it is too large: repeat less, such as \\p{L}{1,20} or [a-z]{1,100}");
  makeRoom(kilobytes);
  const pattern = new RE2(text, "iu");
  compiled.set(text, { pattern, kilobytes });
  kept += kilobytes;
  return pattern;
}

function makeRoom(kilobytes: number): void {
  for (const [text, { pattern, kilobytes: freed }] of compiled) {
    if (kept + kilobytes <= mostKilobytes) return;
    compiled.delete(text);
    kept -= freed;
    free(pattern);
  }
}

/** The library frees nothing by itself, and has no public name for it. */
function free(pattern: RE2): void {
  const { wrapper } = pattern as unknown as { wrapper: { delete(): void } };
  wrapper.delete();
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
