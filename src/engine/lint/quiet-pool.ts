import type { Rep } from "../../model/rep.ts";
import { prepare } from "../prepare.ts";
import { repCalendar } from "../rep-settings.ts";
import { isOnShift } from "../working-hours.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { leadOfPool } from "./lead-of-pool.ts";
import { poolsAway } from "./pool-away.ts";
import { show } from "./show.ts";

const quarterMs = 15 * 60_000;
const quartersOfWeek = 7 * 24 * 4;

/**
 * A pool that has nobody on shift for more hours of a week than are allowed, whoever is away; and one whose people are
 * all away at once.
 */
export const quietPool: Lint = {
  severity: "warning",
  label: "a pool that has nobody on shift for most of the week, or whose people are all away at once",
  find(input) {
    const { roster } = input;
    if (roster === null) return [];
    return [...input.policy.pools.flatMap(({ name }) => ofPool(input, name, roster)), ...poolsAway(input, roster)];
  },
};

/** The quarters of an hour in the coming week in which none of them is on shift; none where there is nobody at all. */
function quietTimes({ policy, now }: LintInput, reps: readonly Rep[], timeZone: string): string[] {
  if (reps.length === 0) return [];
  const calendars = new Map(
    reps.map((rep) => {
      const calendar = { ...repCalendar({ policy, timeZone }, rep), absences: [] };
      return [JSON.stringify(calendar), calendar] as const;
    }),
  );
  const first = Math.ceil(Date.parse(now) / quarterMs) * quarterMs;
  return Array.from({ length: quartersOfWeek }, (_, at) => new Date(first + at * quarterMs).toISOString()).filter(
    (at) => ![...calendars.values()].some((calendar) => isOnShift(calendar, at)),
  );
}

function ofPool(input: LintInput, name: string, { reps, timeZone }: Roster): Found[] {
  const { policy, now, mostQuietHours } = input;
  const { pools, bases } = prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });
  const sold = [...bases.values()].map(({ pool }) => pool).filter(({ pool }) => pool.name === name);
  const pool = pools.get(name);
  // Others may sell besides in each territory that uses it: the quietest of them counts.
  const sellers = sold.length > 0 ? sold : pool === undefined ? [] : [pool];
  const quiet = sellers
    .map(({ members }) =>
      quietTimes(
        input,
        members.map(({ rep }) => rep).filter(({ active }) => active),
        timeZone,
      ),
    )
    .reduce((a, b) => (b.length > a.length ? b : a), []);
  if (quiet.length / 4 <= mostQuietHours) return [];
  const lead = leadOfPool(input, name);
  const at = quiet[0] ?? now;
  return [
    {
      message: `nobody of pool "${name}" is on shift for ${quiet.length / 4} of the 168 hours of a week (more than ${mostQuietHours}): leads wait for the first to start`,
      rules: [`pool "${name}"`],
      witness:
        lead === null ? null : show(input, { ...lead, trigger: { ...lead.trigger, qualifiedAt: at } }, { now: at }),
    },
  ];
}
