import type { Decision, Held } from "./decision.ts";
import type { HeldBy, LeadFacts, Trigger } from "./snapshot.ts";

/** How many owners a lead has had by automation before this decision. Following another lead and being held are none. */
export const ownersBefore = ({ owners, round, cause, breachedBy }: Trigger): number =>
  owners ?? (cause === "followed" ? breachedBy.length : round);

type Made = { facts: Pick<LeadFacts, "trigger">; decision: Pick<Decision, "outcome"> };

/** What triggers the decision that follows this one in the same qualification. */
export function nextTurn({ facts, decision }: Made, change: Pick<Trigger, "cause" | "breachedBy">): Trigger {
  const { qualifiedAt, elsewhere } = facts.trigger;
  const round = facts.trigger.round + 1;
  const owners = ownersBefore(facts.trigger) + (decision.outcome.kind === "assigned" ? 1 : 0);
  const waits = waitsAfter(facts.trigger, decision);
  return {
    qualifiedAt,
    round,
    ...change,
    ...(owners === round ? {} : { owners }),
    ...(waits.length === 0 ? {} : { waits }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

/** What triggers another look at a lead that this decision left to be held. */
export const afterWait = (made: Made): Trigger =>
  nextTurn(made, { cause: "waited", breachedBy: made.facts.trigger.breachedBy });

/** Who had the lead since has ended its waits; a list that holds it once more does so until the same end. */
function waitsAfter({ waits = [] }: Trigger, { outcome }: Pick<Decision, "outcome">): readonly HeldBy[] {
  if (outcome.kind === "assigned") return [];
  if (outcome.kind !== "queued" || outcome.held === undefined) return waits;
  const { queueId: level, held } = outcome;
  return [...waits.filter((wait) => wait.level !== level), { level, until: held.until }];
}

/** Does this decision leave the lead where its trigger says that it was? Then nothing is to be recorded. */
export function isStillHeld({ facts, decision: { outcome } }: Made): boolean {
  if (facts.trigger.cause !== "waited" || outcome.kind !== "queued" || outcome.held === undefined) return false;
  return facts.trigger.waits?.at(-1)?.level === outcome.queueId;
}

const hourMs = 3_600_000;

/** When a lead that is held is looked at again, even if nobody gets room: at the first time that is known, or in an hour. */
export function nextLook({ opensAt, until }: Held, now: string): string {
  const [first] = [opensAt, until].filter((at) => at !== null).sort();
  return first ?? new Date(Date.parse(now) + hourMs).toISOString();
}
