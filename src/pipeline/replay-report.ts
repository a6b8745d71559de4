import { type CsvCell, csvLine } from "../csv.ts";
import { type Changes, changeProblems } from "../engine/changes.ts";
import { engineVersion } from "../engine/decision.ts";
import { namesOf } from "../engine/names.ts";
import type { Policy } from "../engine/policy.ts";
import { destinationInWords, furthestShare, printReplay, whyInWords } from "../engine/print-replay.ts";
import type { Side, Tally } from "../engine/replay-tally.ts";
import type { Rep } from "../model/rep.ts";
import { Refused } from "../refused.ts";
import type { Query } from "../store/db.ts";
import { newestRoster } from "./newest-roster.ts";
import { type ReplayEvent, type ReplayOptions, type ReplayResult, replayUnder } from "./replay-policy.ts";
import { type Said, sayLines } from "./said.ts";
import { type Untold, untoldLine } from "./untold.ts";

export const replayColumns = [
  "lead_id",
  "decision_id",
  "decided_at",
  "tier_was",
  "tier_now",
  "was",
  "now",
  "why_was",
  "why_now",
] as const;

type Reader = Parameters<typeof whyInWords>[1];
type Found = Extract<ReplayEvent, { kind: "difference" }>;

/** One lead that goes elsewhere, as cells. */
export function replayCells({ decisionId, decidedAt, difference }: Found, reader: Reader): CsvCell[] {
  const { was, now, leadId } = difference;
  const why = whyInWords(difference, reader);
  return [
    leadId,
    decisionId,
    decidedAt,
    was.tier,
    now.tier,
    destinationInWords(was.outcome, reader.names),
    destinationInWords(now.outcome, reader.names),
    // Of one who was no decision of ours nobody knows why.
    decisionId === null ? null : why.was,
    why.now,
  ];
}

/** A replay of stored decisions as it goes. Throws `Refused` with all changes that mean nothing. */
export async function* replayReport(
  db: Query,
  options: ReplayOptions & { timeZone: string },
): AsyncGenerator<Said, void, undefined> {
  const reps = await newestRoster(db, options.workspaceId);
  requireSense(options.changes, { policy: options.policy, reps });
  yield* sayReplay(ofStored(db, options), { reps, timeZone: options.timeZone });
}

async function* ofStored(db: Query, options: ReplayOptions): AsyncGenerator<ReplayEvent, Told, undefined> {
  const result = yield* replayUnder(db, options);
  return { tally: result.tally, reps: result.reps, notes: notesOf(result) };
}

/** What a replay comes to. `notes`: what the reader has to know of how; `untold`: what nobody can tell of that time. */
export type Told = {
  tally: Tally;
  reps: readonly Rep[];
  notes: readonly string[];
  untold?: readonly Untold[];
};

/** Tells each difference as it is found, and the whole at the end. `reps`: who is there now. */
export async function* sayReplay(
  replay: AsyncGenerator<ReplayEvent, Told, undefined>,
  { reps, timeZone }: { reps: readonly Rep[]; timeZone: string },
): AsyncGenerator<Said, void, undefined> {
  // Who left since is in no roster of now: the differences name them by id, the report at the end by name.
  const reader = { names: namesOf(reps), timeZone };
  yield { csv: csvLine([...replayColumns]) };
  yield { json: '{"differences":[' };
  let isFirst = true;
  let step = await replay.next();
  for (; step.done !== true; step = await replay.next()) {
    if (step.value.kind === "progress") {
      yield { progress: step.value.share };
      continue;
    }
    const cells = replayCells(step.value, reader);
    yield { csv: csvLine(cells) };
    yield { json: `${isFirst ? "\n" : ",\n"}${JSON.stringify(asRecord(cells))}` };
    isFirst = false;
  }
  const { tally, notes, untold, ...result } = step.value;
  const rest = untold === undefined ? "" : `,\n"untold":${JSON.stringify(untold)}`;
  yield { json: `],\n"summary":${JSON.stringify(summaryOf(tally))}${rest}}\n` };
  const told = { names: namesOf([...reps, ...result.reps]), timeZone };
  yield* sayLines(printReplay(tally, told, { notes, untold: (untold ?? []).map(untoldLine) }));
}

export function requireSense(changes: Changes, about: { policy: Policy } & Parameters<typeof changeProblems>[1]): void {
  const problems = changeProblems(changes, about);
  if (problems.length > 0) throw new Refused(problems.join("\n"));
}

const asRecord = (cells: readonly CsvCell[]) =>
  Object.fromEntries(replayColumns.map((column, at) => [column, cells[at] ?? null]));

function summaryOf({ reasons, was, now, ...counts }: Tally) {
  return {
    ...counts,
    was: counts.before === "owners" ? ofOwners(was) : sideOf(was),
    now: sideOf(now),
    reasons: [...reasons.values()]
      .sort((a, b) => b.count - a.count)
      .map(({ count, example }) => ({ count, leadId: example.leadId, ...example.step })),
  };
}

/** All that the owners of leads tell. */
const ofOwners = ({ reps, stops, limits }: Side) => ({ reps, stops, limits });

const sideOf = (side: Side) => ({ ...side, furthestShare: furthestShare(side) });

function notesOf({ otherEngines, unreadable }: ReplayResult): string[] {
  const engines = [...otherEngines].map(([version, count]) => `${count} by ${version}`);
  return [
    "Each lead was decided on the facts, roster and hours of that time. Loads are those of that time, with what would have gone elsewhere; of a rep's open leads the oldest is taken to be the one that ended.",
    ...(engines.length === 0
      ? []
      : [
          `Not all was decided by this release's engine (${engineVersion}): ${engines.join(", ")}. What differs there may come from the release.`,
        ]),
    ...(unreadable.size === 0
      ? []
      : [
          `Policy ${[...unreadable].join(", ")} cannot be read by this release: first-touch limits of its leads are the draft's.`,
        ]),
  ];
}
