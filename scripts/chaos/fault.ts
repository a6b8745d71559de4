import type { World, WorldKind } from "./world.ts";

export type Random = () => number;

/** Something that goes wrong in a round. `begin` arms it and answers with what ends it. */
export type Fault = {
  name: string;
  in: readonly WorldKind[];
  begin(world: World, random: Random): Promise<() => Promise<void>>;
  /** How often it really struck since the start, by the logs of the CRM and of the rig. */
  struck(world: World): number;
};

export const everywhere: readonly WorldKind[] = ["postgres", "pglite", "simulated"];

/** A whole number of these, both included. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

export const oneOf = <T>(random: Random, list: readonly T[]): T => {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error("There is nothing to choose from.");
  return found;
};
