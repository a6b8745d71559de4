import type { Rep } from "../model/rep.ts";
import { foldName } from "./normalise/normalised.ts";
import type { Pool, RepSettings, Territory } from "./policy.ts";
import { type PolicyRules, rulesOf } from "./policy-rules.ts";
import { weightAt } from "./ramp.ts";
import { findRep, holidayRegion, repCalendar, settingsOf } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { strategies } from "./strategies/index.ts";
import type { Strategy } from "./strategies/strategy.ts";
import { type Calendar, isAbsent, isAway, isOnShift, nextOpening } from "./working-hours.ts";

export type Presence = "here" | "inactive" | "off-shift" | "away";

/** A rep as a whole batch sees them. */
export type PreparedRep = {
  rep: Rep;
  settings: RepSettings;
  /** The base weight of this moment: less for a newcomer. */
  weight: number;
  presence: Presence;
  /** When they work again; null when they are here now, inactive, or never work. */
  opensAt: string | null;
  /** Away now, or in the next shift that they would have. */
  isAbsent: boolean;
  /** Owner id of whoever stands in for them; null: nobody whom the CRM knows. */
  backupId: string | null;
};

export type PreparedPool = { pool: Pool; strategy: Strategy; members: readonly PreparedRep[] };

/** What does not change within a batch, worked out once. */
export type Prepared = {
  shared: Shared;
  reps: ReadonlyMap<string, PreparedRep>;
  pools: ReadonlyMap<string, PreparedPool>;
  /** By country code, `*` among them. */
  territories: ReadonlyMap<string, readonly Territory[]>;
  /** By an account's id, domain or folded name. */
  namedAccounts: ReadonlyMap<string, Territory>;
  /** Owner ids of each segment's specialists, of each vertical's, and of those who speak each language. */
  specialists: Readonly<Record<"segments" | "verticals" | "languages", ReadonlyMap<string, ReadonlySet<string>>>>;
  catchAllId: string | null;
  rules: PolicyRules;
};

/** Everything about reps, pools and territories that all leads of a batch share. */
export function prepare(shared: Shared): Prepared {
  const { policy } = shared;
  const reps = prepareReps(shared);
  const all = [...reps.values()];
  const territories = new Map<string, Territory[]>();
  for (const territory of policy.territories) {
    for (const country of territory.countries) {
      territories.set(country, [...(territories.get(country) ?? []), territory]);
    }
  }
  return {
    shared,
    reps,
    pools: new Map(policy.pools.map((pool) => [pool.name, preparePool(pool, all)] as const)),
    territories,
    // Of two that name one account the first counts, as of all that are equals.
    namedAccounts: new Map(
      policy.territories
        .flatMap((territory) => territory.accounts.map((account) => [accountKey(account), territory] as const))
        .reverse(),
    ),
    specialists: {
      segments: specialistsOf(policy.segments, all, ({ settings }) => settings.segments),
      verticals: specialistsOf(policy.verticals, all, ({ settings }) => settings.verticals),
      languages: specialistsOf(
        policy.languages.map(({ language: name, teams }) => ({ name, teams })),
        all,
        ({ settings }) => settings.languages,
      ),
    },
    catchAllId: findRep(shared.reps, policy.catchAll.repId)?.id ?? null,
    rules: rulesOf(policy),
  };
}

/** How a named account is looked up, whichever of its names the policy has. */
export const accountKey = (idOrName: string): string => foldName(idOrName);

type Hours = Pick<PreparedRep, "presence" | "opensAt" | "isAbsent">;

/** Hours are worked out once for all reps who have the same ones: most of a team do. */
function prepareReps(shared: Shared): Map<string, PreparedRep> {
  const known = new Map<string, Hours>();
  return new Map(
    shared.reps.map((rep) => {
      const settings = settingsOf(shared.policy, rep);
      const backupId = findRep(shared.reps, settings.backupId)?.id ?? null;
      if (!rep.active) return [rep.id, { rep, settings, weight: 0, backupId, ...gone }] as const;
      const calendar = repCalendar(shared, rep);
      // Most have the policy's hours and are not away.
      const isUsual = rep.shifts === null && rep.absences.length === 0;
      const region = holidayRegion(shared, rep);
      const { holidays: _, ...rest } = calendar;
      const key = isUsual ? `${calendar.timeZone} ${region}` : JSON.stringify({ ...rest, region });
      const hours = known.get(key) ?? hoursAt(calendar, shared.now);
      known.set(key, hours);
      const weight = weightAt(settings, { now: shared.now, timeZone: calendar.timeZone });
      return [rep.id, { rep, settings, weight, backupId, ...hours }] as const;
    }),
  );
}

const gone: Hours = { presence: "inactive", opensAt: null, isAbsent: false };

function hoursAt(calendar: Calendar, now: string): Hours {
  if (!isOnShift(calendar, now))
    return { presence: "off-shift", opensAt: nextOpening(calendar, now), isAbsent: isAbsent(calendar, now) };
  if (isAway(calendar, now)) return { presence: "away", opensAt: nextOpening(calendar, now), isAbsent: true };
  return { presence: "here", opensAt: null, isAbsent: false };
}

function preparePool(pool: Pool, reps: readonly PreparedRep[]): PreparedPool {
  const named = new Set(pool.reps);
  const teams = new Set(pool.teams);
  const members = reps.filter(
    ({ rep }) =>
      teams.has("*") || named.has(rep.id) || named.has(rep.name) || rep.teams.some((team) => teams.has(team)),
  );
  return { pool, strategy: strategies[pool.strategy], members };
}

/** Of each subject the members of its teams and those whose settings name it; a subject that only settings name counts too. */
function specialistsOf(
  subjects: readonly { name: string; teams: readonly string[] }[],
  reps: readonly PreparedRep[],
  namedBy: (rep: PreparedRep) => readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>(subjects.map(({ name }) => [name, new Set()]));
  for (const prepared of reps) {
    const { rep } = prepared;
    const ofTeams = subjects.filter(({ teams }) => rep.teams.some((team) => teams.includes(team)));
    for (const name of [...namedBy(prepared), ...ofTeams.map((subject) => subject.name)]) {
      const ids = found.get(name) ?? new Set();
      found.set(name, ids.add(rep.id));
    }
  }
  return found;
}
