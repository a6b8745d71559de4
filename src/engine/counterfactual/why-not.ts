import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Snapshot } from "../snapshot.ts";
import { type Obstacle, possibleObstacles, without } from "./snapshot-changes.ts";

/**
 * Why a rep has not got a lead. `because` is a smallest set of what stood in the way: without all of it the lead would
 * have been theirs, without a part of it not; each has been seen by deciding the changed snapshot. Empty when they got
 * it; null when nothing about them alone would have given it to them (a gate stopped the lead, say), or nobody knows them.
 */
export type WhyNot = { repId: string; decision: Decision; because: readonly Obstacle[] | null };

/** Pure; decides the snapshot some dozens of times. */
export function whyNot(snapshot: Snapshot, repId: string): WhyNot {
  const { decision } = decide(snapshot.shared, snapshot.facts, snapshot.state);
  if (isTheirs(decision, repId)) return { repId, decision, because: [] };
  const all = possibleObstacles(snapshot, repId);
  if (!getsIt(snapshot, repId, all)) return { repId, decision, because: null };
  const needed = smallest(snapshot, repId, all);
  return { repId, decision, because: needed.map((obstacle) => loosest(snapshot, repId, { needed, obstacle })) };
}

const isTheirs = ({ outcome }: Decision, repId: string): boolean =>
  (outcome.kind === "assigned" && outcome.repId === repId) || (outcome.kind === "kept" && outcome.ownerId === repId);

function getsIt(snapshot: Snapshot, repId: string, obstacles: readonly Obstacle[]): boolean {
  const { shared, facts, state } = obstacles.reduce((changed, each) => without(changed, repId, each), snapshot);
  return isTheirs(decide(shared, facts, state).decision, repId);
}

/** Each that is not needed is put back; more than one round, since what one needed may have been needed by another alone. */
function smallest(snapshot: Snapshot, repId: string, all: readonly Obstacle[]): readonly Obstacle[] {
  let needed = all;
  for (;;) {
    const before = needed;
    for (const obstacle of before) {
      const rest = needed.filter((each) => each !== obstacle);
      if (getsIt(snapshot, repId, rest)) needed = rest;
    }
    if (needed.length === before.length) return needed;
  }
}

/** Of a load, the highest with which the lead would still have been theirs. */
function loosest(
  snapshot: Snapshot,
  repId: string,
  { needed, obstacle }: { needed: readonly Obstacle[]; obstacle: Obstacle },
): Obstacle {
  if (obstacle.kind !== "load") return obstacle;
  const withLoadBelow = (below: number) => needed.map((each) => (each === obstacle ? { ...obstacle, below } : each));
  let works = obstacle.below;
  let fails = Math.ceil(snapshot.state.load[repId] ?? 0) + 1;
  while (fails - works > 1) {
    const below = Math.floor((works + fails) / 2);
    if (getsIt(snapshot, repId, withLoadBelow(below))) works = below;
    else fails = below;
  }
  return { kind: "load", below: works };
}
