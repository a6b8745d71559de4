import shipped from "../../data/match-weights.json" with { type: "json" };
import type { Weights } from "./weights.ts";

/** Learned with `match train` from labelled leads; source and date stand in the file. */
export const shippedWeights: Weights = { any: shipped.any, signs: shipped.signs };
