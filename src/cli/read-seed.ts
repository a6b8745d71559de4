import { readText, tableLimit } from "../read-text.ts";
import { Refused } from "../refused.ts";

/** What a sandbox is to hold, from a JSON file; throws Refused with all that is wrong with it. */
export async function readSeed<Seed>(file: string, parse: (value: unknown) => Seed): Promise<Seed> {
  try {
    return parse(JSON.parse(await readText(file, tableLimit)));
  } catch (error) {
    throw new Refused(`The seed ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
