import type { Cascade, Placed } from "./cascade.ts";
import type { Held, ReasonCode, Tier } from "./decision.ts";
import { type Opening, openingOf } from "./eligibility.ts";
import type { TimeAllowed } from "./policy.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { repCalendar } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { addMinutesOfAny } from "./working-hours.ts";

/** A list that may hold a lead. `hours`: the reps whose working time its own runs in. */
export type List = { name: string; allowed: TimeAllowed; hours: readonly PreparedRep[] };

/** Holds the lead for these reps, when one of them will be able to take it within the time; null: none will, or it is over. */
export function holdForOpening(cascade: Cascade, list: List, reps: readonly PreparedRep[]): Placed | null {
  const until = untilOf(cascade, list);
  const opening = soonest(cascade, reps);
  if (until === null || opening === null || opening.at > until) return null;
  return held(list.name, opening.because, { until, opensAt: opening.at });
}

/** Holds the lead whoever may come; null: its time is over. */
export function holdForAnybody(
  cascade: Cascade,
  list: List,
  { because, reps }: { because: ReasonCode; reps: readonly PreparedRep[] },
): Placed | null {
  const until = untilOf(cascade, list);
  if (until === null) return null;
  const opening = soonest(cascade, reps);
  return held(list.name, because, { until, opensAt: opening === null || opening.at > until ? null : opening.at });
}

/** Holds the lead for as long as it takes. */
export function holdForLong(
  cascade: Cascade,
  { name, because, reps }: { name: string; because: ReasonCode; reps: readonly PreparedRep[] },
): Placed {
  return held(name, because, { until: null, opensAt: soonest(cascade, reps)?.at ?? null });
}

const held = (queueId: string, because: ReasonCode, until: Held): Placed => ({
  outcome: { kind: "queued", queueId, because, held: until },
  ledger: null,
});

/** The end of the list's time: counted from when it first held this lead. Null: it is over. */
function untilOf(cascade: Cascade, { name, allowed, hours }: List): string | null {
  const { shared } = cascade.prepared;
  const known = cascade.facts.trigger.waits?.find(({ level }) => level === name);
  const until = known?.until ?? endOf(cascade, allowed, hours);
  return until > shared.now ? until : null;
}

/** Has the time of this list run out for this lead? */
export const isOver = ({ facts, prepared }: Cascade, name: string): boolean =>
  facts.trigger.waits?.some(({ level, until }) => level === name && until !== null && until <= prepared.shared.now) ===
  true;

/** T1 is promised around the clock; the others wait in the hours of who could take them, in real time where there are none. */
function endOf({ prepared, tier }: Cascade, allowed: TimeAllowed, hours: readonly PreparedRep[]): string {
  const { shared } = prepared;
  const minutes = allowed[promised(tier)];
  const end = tier === "T1" ? null : workingEnd(shared, hours, minutes);
  return end ?? new Date(Date.parse(shared.now) + minutes * 60_000).toISOString();
}

/** The members of a pool are prepared once a batch, which has one `now`: many of its leads ask for the same few ends. */
const ends = new WeakMap<readonly PreparedRep[], Map<number, string | null>>();

function workingEnd(shared: Shared, hours: readonly PreparedRep[], minutes: number): string | null {
  const known = ends.get(hours) ?? new Map<number, string | null>();
  ends.set(hours, known);
  const found = known.get(minutes);
  if (found !== undefined) return found;
  // Time goes on while they are away: a lead must not wait for days because nobody is there whose time it could be.
  const calendars = hours
    .filter(({ rep }) => rep.active)
    .map(({ rep }) => ({ ...repCalendar(shared, rep), absences: [] }));
  const end = addMinutesOfAny(calendars, shared.now, minutes);
  known.set(minutes, end);
  return end;
}

const promised = (tier: Tier): keyof TimeAllowed => (tier === "nurture" ? "T3" : tier);

function soonest(cascade: Cascade, reps: readonly PreparedRep[]): Opening | null {
  let first: Opening | null = null;
  for (const rep of reps) {
    const opening = openingOf(cascade, rep);
    if (opening !== null && (first === null || opening.at < first.at)) first = opening;
  }
  return first;
}
