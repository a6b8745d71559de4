import type { Tier } from "./decision.ts";
import { repCalendar } from "./rep-settings.ts";
import type { RecentWork, Shared, State } from "./snapshot.ts";
import { localDay, weekOfDay, zoneOf } from "./zone.ts";

type Recent = NonNullable<State["recent"]>;

/** `stored` and `to`: rep ids, by the store and by the rerun; null: nobody. */
type Given = { stored: string | null; to: string | null; tier: { stored: Tier; to: Tier }; at: string; shared: Shared };

/** What the rerun gave a rep beyond the store, by the rep's own day; T1 leads of the last hour; when the last of all. */
type More = { days: Map<number, number>; t1: { at: number; more: number }[]; lastAt: string | null };

export type RerunRecent = {
  /** What reps were given lately by the rerun, where the store says this. */
  at(stored: Recent, shared: Shared): Recent;
  given(lead: Given): void;
};

const hourMs = 3_600_000;

/** What reps were given lately while leads are decided again: what the store says, and what went elsewhere. */
export function createRerunRecent(): RerunRecent {
  const mores = new Map<string, More>();
  const moreOf = (repId: string, lastAt: string | null): More => {
    const known = mores.get(repId) ?? { days: new Map(), t1: [], lastAt };
    mores.set(repId, known);
    return known;
  };

  return {
    at(stored, shared) {
      for (const [repId, { lastAt }] of Object.entries(stored)) moreOf(repId, lastAt);
      const all = [...mores].flatMap(([repId, more]) => {
        const work = together(stored[repId], more, {
          day: more.days.size === 0 ? null : dayOf(shared, repId),
          now: Date.parse(shared.now),
        });
        return work === null ? [] : [[repId, work] as const];
      });
      return Object.fromEntries(all);
    },
    given({ stored, to, tier, at, shared }) {
      if (to !== null) {
        const more = moreOf(to, null);
        if (more.lastAt === null || more.lastAt < at) more.lastAt = at;
      }
      if (stored === to && tier.stored === tier.to) return;
      const change = (repId: string | null, points: number, isT1: boolean): void => {
        if (repId === null) return;
        const more = moreOf(repId, null);
        const day = dayOf(shared, repId);
        if (day !== null) more.days.set(day, (more.days.get(day) ?? 0) + points);
        if (isT1) more.t1.push({ at: Date.parse(at), more: points });
      };
      change(to, 1, tier.to === "T1");
      change(stored, -1, tier.stored === "T1");
    },
  };
}

function together(
  stored: RecentWork | undefined,
  more: More,
  { day, now }: { day: number | null; now: number },
): RecentWork | null {
  more.t1 = more.t1.filter(({ at }) => at > now - hourMs);
  let thisWeek = stored?.thisWeek ?? 0;
  for (const [each, points] of more.days) {
    if (day === null || weekOfDay(each) === weekOfDay(day)) thisWeek += points;
    else if (weekOfDay(each) < weekOfDay(day)) more.days.delete(each);
  }
  if (more.lastAt === null) return null;
  const today = (stored?.today ?? 0) + (day === null ? 0 : (more.days.get(day) ?? 0));
  const t1OldestAt = stored?.t1OldestAt ?? oldestOf(more.t1);
  const t1ThisHour = (stored?.t1ThisHour ?? 0) + more.t1.reduce((sum, each) => sum + each.more, 0);
  return {
    lastAt: more.lastAt,
    today: Math.max(0, today),
    thisWeek: Math.max(0, thisWeek),
    t1ThisHour: Math.max(0, t1ThisHour),
    ...(t1OldestAt === null ? {} : { t1OldestAt }),
  };
}

function oldestOf(t1: More["t1"]): string | null {
  const given = t1.filter(({ more }) => more > 0).map(({ at }) => at);
  return given.length === 0 ? null : new Date(Math.min(...given)).toISOString();
}

/** The rep's own date, in days since the epoch; null: they are not there, or in a zone that nobody knows. */
function dayOf(shared: Shared, repId: string): number | null {
  const rep = shared.reps.find(({ id }) => id === repId);
  const zone = rep === undefined ? null : zoneOf(repCalendar(shared, rep).timeZone);
  return zone === null ? null : localDay(zone, Date.parse(shared.now));
}
