import type { CloseReason } from "../model/operation.ts";
import { type Names, repName } from "./names.ts";
import { keepsWhenLate } from "./ownership.ts";
import { localTime, zonedTime } from "./zoned-time.ts";

/** What the first-touch clock of one decision has seen. All instants ISO. */
export type ClockStory = {
  holderId: string;
  dueAt: string;
  remindedAt: string | null;
  /** When the limit was found to have passed. */
  breachedAt: string | null;
  /** The stage that gave them the lead; null: nobody was given it. */
  stage: string | null;
  touch: { at: string; by: string | null } | null;
  /** It ended without a touch. `because` is the code of the operation that closed the task, where one did. */
  closed: { at: string | null; because: CloseReason | null } | null;
};

const endings: Readonly<Record<CloseReason, string>> = {
  merged: "was merged into another",
  breached: "was taken from them, to go to the next rep",
  reassigned: "was given to somebody else",
  "lead-gone": "was deleted or merged away",
  "handed-over": "was taken over by a colleague",
  disposed: "had got a status that ends the work on it",
  converted: "was converted by somebody, which ends the work on it",
  "no-longer-qualified": "had left the qualifying stage",
};

/** The clock as sentences, in the order of time. Plain text. */
export function explainClock(story: ClockStory, { names, timeZone }: { names: Names; timeZone: string }): string[] {
  const { holderId, dueAt, remindedAt, breachedAt, touch, closed } = story;
  const when = (at: string): string => zonedTime(at, timeZone);
  const who = repName(names, holderId);
  const lines = [
    `${who} was to act on it by ${when(dueAt)}.`,
    ...(remindedAt === null ? [] : [`Reminded: ${when(remindedAt)}.`]),
    ...(breachedAt === null ? [] : [`Breached: nobody had acted on it by ${localTime(dueAt, timeZone)}.`]),
  ];
  if (touch !== null) return [...lines, touchLine(touch, { dueAt, holderId, names, timeZone })];
  if (closed === null)
    return [
      ...lines,
      breachedAt === null
        ? "The clock is running: no first touch yet."
        : `There is no first touch yet${whyItStays(story.stage)}.`,
    ];
  const ending = closed.because === null ? "was not theirs to follow up any more" : endings[closed.because];
  return [...lines, `The clock ended${closed.at === null ? "" : ` on ${when(closed.at)}`}: the lead ${ending}.`];
}

function touchLine(
  { at, by }: { at: string; by: string | null },
  { dueAt, holderId, names, timeZone }: { dueAt: string; holderId: string; names: Names; timeZone: string },
): string {
  // A touch at the very instant of the limit is in time.
  const isInTime = Date.parse(at) <= Date.parse(dueAt);
  return `${isInTime ? "Met" : "Late"}: first touch by ${repName(names, by ?? holderId)} on ${zonedTime(at, timeZone)}.`;
}

function whyItStays(stage: string | null): string {
  if (stage === "catch-all") return ", and the lead stays there: after the catch-all person comes nobody";
  return stage !== null && keepsWhenLate(stage) ? ", and the lead stays there: who has a claim keeps it" : "";
}
