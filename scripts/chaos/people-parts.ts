import type { Clock } from "../../src/sandbox/clock.ts";
import { type Life, lives, type People } from "./crm.ts";

/** `seed`: of all that a CRM leaves to chance. */
export type CrmOptions = PeopleOptions & { seed: number; clock: Clock };

/** `after`: runs something in so many ms of the world's time. */
export type PeopleOptions = { random: () => number; after: (ms: number, run: () => void) => void };

export const countries = ["Germany", "United Kingdom", "Brazil"];

/** One of a list; undefined of an empty one. */
export const pickOf =
  (random: () => number) =>
  <T>(list: readonly T[]): T | undefined =>
    list[Math.floor(random() * list.length)];

/** Counts what people did. `next`: the number of the next lead, beginning with 1. */
export function createTally() {
  let made = 0;
  let qualifications = 0;
  const strikes = new Map<Life, number>(lives.map((life) => [life, 0]));
  const counts: Pick<People, "qualified" | "struck"> = {
    qualified: () => qualifications,
    struck: (life) => strikes.get(life) ?? 0,
  };
  return {
    counts,
    next() {
      made += 1;
      return made;
    },
    qualified() {
      qualifications += 1;
    },
    struck(life: Life) {
      strikes.set(life, (strikes.get(life) ?? 0) + 1);
    },
  };
}
