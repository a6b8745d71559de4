import type { Sign } from "./signs.ts";

const ofWhole: ReadonlySet<Sign> = new Set(["whole", "whole-other", "joined", "domain-named", "shared-name-whole"]);

/** Does what was seen of an account say that it has all of the lead's name? */
export const isWholeName = (seen: readonly Sign[]): boolean => seen.some((sign) => ofWhole.has(sign));
