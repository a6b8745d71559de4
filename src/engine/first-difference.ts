import type { Outcome, Step } from "./decision.ts";

/** Where a lead went, whatever rule said so: two decisions with the same place sent it to the same rep, queue or end. */
export function destinationOf(outcome: Outcome): string {
  if ("repId" in outcome) return `rep ${outcome.repId}`;
  if ("ownerId" in outcome) return `rep ${outcome.ownerId}`;
  if ("queueId" in outcome) return `queue ${outcome.queueId}`;
  if (outcome.kind === "followed") return `whoever gets lead ${outcome.leadId}`;
  return `nobody: ${outcome.because}`;
}

/** The first step in which two traces part; null on a side: its trace ends there. Null: they say the same. */
export function firstDifference(
  was: readonly Step[],
  now: readonly Step[],
): { was: Step | null; now: Step | null } | null {
  for (let at = 0; at < Math.max(was.length, now.length); at += 1) {
    const [before, after] = [was[at] ?? null, now[at] ?? null];
    if (JSON.stringify(before) !== JSON.stringify(after)) return { was: before, now: after };
  }
  return null;
}

/** What a step is about, without whom and how many: steps of one kind count as one reason. */
export function kindOf(step: Step | null): string {
  if (step === null) return "nothing";
  const {
    repId: _repId,
    left: _left,
    detail: _detail,
    load: _load,
    capacity: _capacity,
    ...about
  } = {
    repId: "",
    left: 0,
    detail: "",
    load: 0,
    capacity: 0,
    ...step,
  };
  return JSON.stringify(about);
}
