import { decide } from "../../decide.ts";
import { picksOf } from "../../decision.ts";
import type { Snapshot } from "../../snapshot.ts";

/**
 * The snapshot with those reps and credits that its decision depends on: who took part in the turn, whom its facts or its
 * trace name, and whoever else it would come out otherwise without. `isSame` says of another snapshot whether it is decided the same.
 */
export function withWhoMatters(snapshot: Snapshot, isSame: (other: Snapshot) => boolean): Snapshot {
  const { shared, facts, state } = snapshot;
  const { decision, pick } = decide(shared, facts, state);
  const turns = picksOf(pick);
  const named = new Set([...turns.flatMap(({ repIds }) => repIds), ...textsIn([facts, decision])]);
  const isSpare = ({ id }: { id: string }): boolean => !named.has(id);
  let kept = without(snapshot, new Set(shared.reps.filter(isSpare).map(({ id }) => id)));
  if (!isSame(kept)) {
    kept = snapshot;
    for (const { id } of shared.reps.filter(isSpare)) {
      const fewer = without(kept, new Set([id]));
      if (isSame(fewer)) kept = fewer;
    }
  }
  const ofTurns = <T>(perPool: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(perPool).filter(([pool]) => turns.some(({ poolId }) => poolId === pool)));
  const credits = ofTurns(kept.state.credits);
  const leavers = ofTurns(kept.state.leavers ?? {});
  return [
    (one: Snapshot): Snapshot => ({ ...one, state: { ...one.state, credits, leavers } }),
    (one: Snapshot): Snapshot => ({ ...one, state: { ...one.state, leavers: {} } }),
    (one: Snapshot): Snapshot => ({ ...one, shared: { ...one.shared, holidays: {} } }),
    withoutPast,
  ].reduce((last, fewer) => (isSame(fewer(last)) ? fewer(last) : last), kept);
}

function without(snapshot: Snapshot, ids: ReadonlySet<string>): Snapshot {
  const { shared, state } = snapshot;
  const left = <T>(perRep: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(perRep).filter(([id]) => !ids.has(id)));
  return {
    ...snapshot,
    shared: { ...shared, reps: shared.reps.filter(({ id }) => !ids.has(id)) },
    state: { ...state, load: left(state.load), recent: left(state.recent ?? {}) },
  };
}

/** Absences that are over. */
function withoutPast(snapshot: Snapshot): Snapshot {
  const { shared } = snapshot;
  const reps = shared.reps.map((rep) => ({
    ...rep,
    absences: rep.absences.filter(({ endAt }) => Date.parse(endAt) > Date.parse(shared.now)),
  }));
  return { ...snapshot, shared: { ...shared, reps } };
}

function textsIn(part: unknown): string[] {
  if (typeof part === "string") return [part];
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(textsIn) : [];
}
