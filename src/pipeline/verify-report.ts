import { engineVersion } from "../engine/decision.ts";
import type { Query } from "../store/db.ts";
import { batchIds } from "../store/replay-batches.ts";
import { createReplay, type Replayed } from "./replay.ts";
import { type Said, sayLines } from "./said.ts";

/** Each batch carries its own start, so they are checked in any order: while some are read, another one is decided. */
const atOnce = 8;
const mostTold = 20;

type Wanted = { workspaceId: string; since: string };

/** Decides every stored batch again under the policy version that it names, and says which decisions come out otherwise. */
export async function* verifyReport(db: Query, wanted: Wanted): AsyncGenerator<Said, void, undefined> {
  const replay = createReplay(db, wanted.workspaceId);
  const sum = { batches: 0, decisions: 0, erased: 0, otherEngine: 0 };
  const wrong: Replayed["mismatches"][number][] = [];
  for await (const ids of batchIds(db, wanted, atOnce)) {
    for (const replayed of await Promise.all(ids.map(replay))) {
      if (replayed === null) continue;
      sum.batches += 1;
      sum.decisions += replayed.decisions;
      sum.erased += replayed.erased;
      sum.otherEngine += replayed.otherEngine;
      wrong.push(...replayed.mismatches.slice(0, mostTold - wrong.length));
    }
  }
  yield* sayLines(linesOf(sum, wrong));
}

function linesOf(
  { batches, decisions, erased, otherEngine }: Record<"batches" | "decisions" | "erased" | "otherEngine", number>,
  wrong: readonly Replayed["mismatches"][number][],
): string[] {
  const checked = decisions - erased - otherEngine;
  return [
    ...wrong.map(
      ({ decisionId, stored, replayed }) =>
        `Decision ${decisionId} on lead ${stored.leadId}: stored ${JSON.stringify(stored.outcome)}, decided again ${JSON.stringify(replayed.outcome)}.`,
    ),
    wrong.length === 0
      ? `All ${checked} decisions of ${batches} batches come out as they were made.`
      : `Of ${checked} decisions of ${batches} batches some come out otherwise; the first ${wrong.length} stand above. That is a bug: please report it.`,
    ...(erased === 0 ? [] : [`${erased} were left out: the facts of their leads were erased.`]),
    ...(otherEngine === 0
      ? []
      : [`${otherEngine} were left out: another engine version than ${engineVersion} made them.`]),
  ];
}
