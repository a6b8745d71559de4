import { createRandom } from "../../sandbox/create-random.ts";
import type { DemoLead, DemoWorld } from "../../sandbox/demo-world.ts";
import { companies, companyInCrm, dealsOf } from "./companies.ts";
import { createKinds, makeLead } from "./leads.ts";
import { people } from "./reps.ts";

/** All that there is before the first lead qualifies. */
export type World = DemoWorld & {
  /** What the reader should know of the data; empty for the seeded world. */
  notes: readonly string[];
  /** One more lead after those, for as long as the demo goes on. */
  nextLead(): DemoLead;
};

/** The same seed and start give the same world. */
export function makeWorld(options: { seed: number; leads: number; startAt: number }): World {
  const { leads: count, startAt } = options;
  const random = createRandom(options.seed);
  const list = companies();
  const nextKind = createKinds(random);
  let made = 0;
  const nextLead = (): DemoLead => makeLead(made++, nextKind(), { list, random, startAt });
  return {
    people,
    companies: list.map((company) => companyInCrm(company, startAt)),
    deals: list.flatMap((company, index) => dealsOf(company, index, startAt)),
    leads: Array.from({ length: count }, nextLead),
    notes: [],
    nextLead,
  };
}
