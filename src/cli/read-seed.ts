import { readText, tableLimit } from "../read-text.ts";
import { Refused } from "../refused.ts";

/** What a sandbox is to hold, as JSON from a file; throws Refused when it is none. */
export async function readSeed(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(file, tableLimit));
  } catch (error) {
    throw new Refused(`The seed ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
