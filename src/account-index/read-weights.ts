import { readFileSync } from "node:fs";
import { z } from "zod";
import { shippedWeights } from "../engine/match/shipped-weights.ts";
import { signNames } from "../engine/match/signs.ts";
import type { Weights } from "../engine/match/weights.ts";
import { Refused } from "../refused.ts";

const shape = z.object({ any: z.number(), signs: z.record(z.enum(signNames), z.number()) });

/** The shipped weights, or those of a file that `match train` wrote. Throws `Refused` when it holds none. */
export function readWeights(file: string | null): Weights {
  if (file === null) return shippedWeights;
  const read = shape.safeParse(jsonOf(file));
  if (!read.success)
    throw new Refused(`${file} holds no weights of this version: learn them again with "match train".`);
  return read.data;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const isThere = error instanceof SyntaxError;
    throw new Refused(
      isThere ? `${file} is no JSON: learn weights with "match train".` : `The weights ${file} cannot be read.`,
    );
  }
}
