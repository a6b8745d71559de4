import type { Rep } from "../model/rep.ts";
import type { Policy, RepSettings } from "./policy.ts";
import { findRep, holidayRegion, settingsOf, zoneNameOf } from "./rep-settings.ts";
import { type Residents, residentsOf } from "./residency.ts";
import type { Shared } from "./snapshot.ts";

/** A rep as a policy sees them at any time. */
export type RosterMember = {
  /** Their place among the reps. */
  at: number;
  rep: Rep;
  settings: RepSettings;
  timeZone: string;
  /** Whose public holidays they have. */
  region: string | null;
  /** Owner id of whoever stands in for them; null: nobody whom the CRM knows. */
  backupId: string | null;
};

/** Some of the reps. `isOne`: 1 at the place of each of them. */
export type Specialists = { count: number; isOne: Uint8Array };

/** What a policy says of the reps that a CRM has, whatever the time is. */
export type PolicyRoster = {
  members: readonly RosterMember[];
  /** Each segment's specialists, each vertical's, and those who speak each language. */
  specialists: Readonly<Record<"segments" | "verticals" | "languages", ReadonlyMap<string, Specialists>>>;
  residents: Residents;
  catchAllId: string | null;
};

type Known = { timeZone: string; roster: PolicyRoster };

/** Policies and reps stay the same from batch to batch until somebody publishes, or the CRM's reps are read again. */
const rosters = new WeakMap<Policy, WeakMap<readonly Rep[], Known>>();

export function rosterOf(shared: Shared): PolicyRoster {
  const { policy, reps, timeZone } = shared;
  const ofPolicy = rosters.get(policy) ?? new WeakMap<readonly Rep[], Known>();
  rosters.set(policy, ofPolicy);
  const known = ofPolicy.get(reps);
  if (known?.timeZone === timeZone) return known.roster;
  const roster = readRoster(shared);
  ofPolicy.set(reps, { timeZone, roster });
  return roster;
}

function readRoster(shared: Shared): PolicyRoster {
  const { policy, reps } = shared;
  const members = membersOf(shared);
  return {
    members,
    specialists: {
      segments: specialistsOf(policy.segments, members, ({ settings }) => settings.segments),
      verticals: specialistsOf(policy.verticals, members, ({ settings }) => settings.verticals),
      languages: specialistsOf(
        policy.languages.map(({ language: name, teams }) => ({ name, teams })),
        members,
        ({ settings }) => settings.languages,
      ),
    },
    residents: residentsOf(policy.residency, reps),
    catchAllId: findRep(reps, policy.catchAll.repId)?.id ?? null,
  };
}

/** Of two with one id the last is meant, in the place of the first. */
function membersOf(shared: Shared): RosterMember[] {
  const members = new Map<string, RosterMember>();
  for (const rep of shared.reps) {
    const settings = settingsOf(shared.policy, rep);
    members.set(rep.id, {
      at: members.get(rep.id)?.at ?? members.size,
      rep,
      settings,
      timeZone: zoneNameOf(shared, rep),
      region: holidayRegion(shared, rep, settings),
      backupId: findRep(shared.reps, settings.backupId)?.id ?? null,
    });
  }
  return [...members.values()];
}

/** Of each subject the members of its teams and those whose settings name it; a subject that only settings name counts too. */
function specialistsOf(
  subjects: readonly { name: string; teams: readonly string[] }[],
  members: readonly RosterMember[],
  namedBy: (member: RosterMember) => readonly string[],
): ReadonlyMap<string, Specialists> {
  const nobody = (): Specialists => ({ count: 0, isOne: new Uint8Array(members.length) });
  const found = new Map<string, Specialists>(subjects.map(({ name }) => [name, nobody()]));
  const add = (name: string, at: number): void => {
    const specialists = found.get(name) ?? nobody();
    found.set(name, specialists);
    specialists.count += 1 - (specialists.isOne[at] ?? 0);
    specialists.isOne[at] = 1;
  };
  for (const member of members) {
    const { at, rep } = member;
    for (const name of namedBy(member)) add(name, at);
    for (const { name, teams } of subjects) if (rep.teams.some((team) => teams.includes(team))) add(name, at);
  }
  return found;
}
