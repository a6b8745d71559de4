import { readFile } from "node:fs/promises";
import { z } from "zod";
import { shippedWeights } from "../../engine/match/shipped-weights.ts";
import { signNames } from "../../engine/match/signs.ts";
import type { Weights } from "../../engine/match/weights.ts";
import { Refused } from "../../refused.ts";

const shape = z.object({ any: z.number(), signs: z.record(z.enum(signNames), z.number()) });

/** The shipped weights, or those of a file that `match train` wrote. Throws `Refused` when it holds none. */
export async function readWeights(file: string | undefined): Promise<Weights> {
  if (file === undefined) return shippedWeights;
  const read = shape.safeParse(jsonOf(await readFile(file, "utf8"), file));
  if (!read.success)
    throw new Refused(`${file} holds no weights of this version: learn them again with "match train".`);
  return read.data;
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`${file} is no JSON: learn weights with "match train".`);
  }
}
