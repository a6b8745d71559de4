import type { Seed } from "../engine/match/sip-hash.ts";

/** A new one, which no stranger can know. */
export function randomSeed(): Seed {
  const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
  return [low, high];
}
