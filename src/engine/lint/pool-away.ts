import type { Rep } from "../../model/rep.ts";
import { prepare } from "../prepare.ts";
import { repCalendar } from "../rep-settings.ts";
import { addMinutesOfAny, type Calendar, isAbsent, nextOpening } from "../working-hours.ts";
import type { Found, LintInput, Roster } from "./finding.ts";
import { leadOfPool } from "./lead-of-pool.ts";
import { show } from "./show.ts";

/** An hour at the dentist's is nothing to tell of. */
const leastMinutes = 8 * 60;

/** Pools whose people are all away at once, for a working day at least: their leads go on to the waterfall. */
export function poolsAway(input: LintInput, roster: Roster): Found[] {
  const { policy, now } = input;
  const { reps, timeZone } = roster;
  const { pools } = prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });
  return [...pools.values()].flatMap(({ pool, members }) => {
    const active = members.flatMap(({ rep }) => (rep.active ? [rep] : []));
    const time = awayTime(input, active, roster);
    return time === null ? [] : [foundOf(input, { name: pool.name, reps: active, ...time })];
  });
}

/** `until`: when the first of them is back; null: nobody knows. */
type AwayTime = { from: string; until: string | null };

/** The first time in which nobody of these works who otherwise would; null: there is none. */
function awayTime({ policy, now }: LintInput, reps: readonly Rep[], { timeZone }: Roster): AwayTime | null {
  if (reps.length === 0 || reps.some(({ absences }) => absences.length === 0)) return null;
  const calendars = reps.map((rep) => repCalendar({ policy, timeZone }, rep));
  const usual = calendars.map((calendar) => ({ ...calendar, absences: [] }));
  for (const moment of momentsOf(reps, now)) {
    if (!calendars.every((calendar) => isAbsent(calendar, moment))) continue;
    const from = firstOpening(usual, moment);
    const until = firstOpening(calendars, moment);
    const enough = addMinutesOfAny(usual, moment, leastMinutes);
    if (from !== null && enough !== null && (until === null || until >= enough)) return { from, until };
  }
  return null;
}

/** Now, and whenever one more goes. */
function momentsOf(reps: readonly Rep[], now: string): string[] {
  const starts = reps.flatMap(({ absences }) => absences.map(({ startAt }) => new Date(startAt).toISOString()));
  return [...new Set([now, ...starts.filter((start) => start > now).sort()])];
}

const firstOpening = (calendars: readonly Calendar[], at: string): string | null =>
  calendars.flatMap((calendar) => nextOpening(calendar, at) ?? []).sort()[0] ?? null;

function foundOf(
  input: LintInput,
  { name, reps, from, until }: AwayTime & { name: string; reps: readonly Rep[] },
): Found {
  const lead = leadOfPool(input, name);
  const who = reps.length === 1 ? `${reps[0]?.name}, alone in pool "${name}",` : `everybody of pool "${name}"`;
  return {
    message: `${who} is away from ${from} ${until === null ? "on" : `to ${until}`}: its leads go on to the waterfall; give the pool somebody else for that time`,
    rules: [`pool "${name}"`, ...reps.map(({ id }) => `rep ${id}`)],
    witness:
      lead === null ? null : show(input, { ...lead, trigger: { ...lead.trigger, qualifiedAt: from } }, { now: from }),
  };
}
