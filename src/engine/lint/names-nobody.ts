import { type Policy, reviewersOf } from "../policy.ts";
import { findRep, settingsOf } from "../rep-settings.ts";
import { didYouMean } from "../suggest.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { leadPast, type NamingPlace } from "./lead-past-name.ts";

/** A rule or pool that names a rep who has left or whom the CRM does not know, or a team in which nobody active is. */
export const namesNobody: Lint = {
  severity: "error",
  label: "a name of somebody who has left, or whom the CRM does not know",
  find(input) {
    const { policy, roster } = input;
    if (roster === null) return [];
    return [
      ...namedReps(policy).flatMap((each) => ofRep(each, input, roster)),
      ...namedTeams(policy).flatMap((each) => ofTeam(each, roster)),
      ...marksOfNobody(policy, roster),
    ];
  },
};

/** `place`: where leads pass by the name. */
type Named = { where: string; name: string; place: NamingPlace };

/** Every place of a policy that names a rep: one entry for each section. */
function namedReps(policy: Policy): Named[] {
  const { catchAll, reps, repDefaults, pools, territories, overrides } = policy;
  const settings = [
    ["rep_defaults", repDefaults] as const,
    ...Object.entries(reps).map(([name, own]) => [`the section reps, ${name}`, own] as const),
  ];
  return [
    ...pools.flatMap(({ name: pool, reps }) =>
      reps.map((name): Named => ({ where: `pool "${pool}"`, name, place: { kind: "pool", name: pool } })),
    ),
    ...territories.flatMap(({ name: territory, also }) =>
      also.reps.map((name): Named => {
        return { where: `territory "${territory}"`, name, place: { kind: "territory", name: territory } };
      }),
    ),
    ...overrides.flatMap(({ name, to }): Named[] =>
      "repId" in to ? [{ where: `override "${name}"`, name: to.repId, place: { kind: "override", name } }] : [],
    ),
    ...named("catch_all", catchAll.repId, { kind: "catch-all" }),
    ...named("holder", policy.holder, null),
    ...reviewersOf(policy).flatMap(({ name, reviewer }) => named(`the reviewer of ${name}`, reviewer, null)),
    ...Object.keys(reps).map((name): Named => ({ where: "the section reps", name, place: null })),
    ...settings.flatMap(([where, { managerId, backupId }]) => [
      ...named(`manager of ${where}`, managerId, null),
      ...named(`backup of ${where}`, backupId, { kind: "backup", backup: backupId ?? "" }),
    ]),
  ];
}

const named = (where: string, name: string | null, place: NamingPlace): Named[] =>
  name === null ? [] : [{ where, name, place }];

function ofRep({ where, name, place }: Named, input: LintInput, roster: Roster): Found[] {
  const rep = findRep(roster.reps, name);
  if (rep?.active === true) return [];
  const known = roster.reps.filter(({ active }) => active).flatMap(({ id, name: called }) => [id, called]);
  const why =
    rep === null
      ? `the CRM does not know${didYouMean(name, known)}`
      : rep.software
        ? "is software that works as a user"
        : "is not active any more";
  const who = rep === null || rep.name === name ? `"${name}"` : `"${name}" (${rep.name})`;
  const witness = leadPast(place, input, roster);
  return [
    {
      message: `${where} names ${who}, ${rep === null ? `whom ${why}` : `who ${why}`}`,
      rules: [where, `rep ${name}`],
      witness: witness === null ? null : { ...witness, passes: `"${name}"` },
      ...(witness === null ? { unshown: "no lead passes by that name" } : {}),
    },
  ];
}

type NamedTeam = { where: string; team: string };

function namedTeams(policy: Policy): NamedTeam[] {
  const of = (where: string, teams: readonly string[]): NamedTeam[] =>
    teams.filter((team) => team !== "*").map((team) => ({ where, team }));
  return [
    ...policy.pools.flatMap(({ name, teams }) => of(`pool "${name}"`, teams)),
    ...policy.territories.flatMap(({ name, also }) => of(`territory "${name}"`, also.teams)),
    ...policy.languages.flatMap(({ language, teams }) => of(`language "${language}"`, teams)),
    ...policy.segments.flatMap(({ name, teams }) => of(`segment "${name}"`, teams)),
    ...policy.verticals.flatMap(({ name, teams }) => of(`vertical "${name}"`, teams)),
    ...policy.residency.flatMap(({ countries, teams }) => of(`residency of ${countries.join(", ")}`, teams)),
  ];
}

/** A pool that has nobody for it, or a cell that nobody covers, is a finding of its own. */
function ofTeam({ where, team }: NamedTeam, { reps }: Roster): Found[] {
  if (reps.some(({ active, teams }) => active && teams.includes(team))) return [];
  const known = new Set(reps.flatMap(({ teams }) => teams));
  const hint = known.has(team) ? "" : didYouMean(team, known);
  const message = `${where} names the team "${team}", in which nobody active is${hint}`;
  return [{ severity: "warning", message, rules: [where, `team ${team}`], witness: null }];
}

/** Roles and tags by which pools name those of whom the policy says so, of whom none may be left. */
function marksOfNobody(policy: Policy, { reps }: Roster): Found[] {
  const active = reps.filter((rep) => rep.active).map((rep) => settingsOf(policy, rep));
  const held = {
    role: new Set(active.flatMap(({ role }) => role ?? [])),
    tag: new Set(active.flatMap(({ tags }) => tags)),
  };
  return policy.pools.flatMap(({ name, roles, tags }) => {
    const of = (noun: "role" | "tag", marks: readonly string[]): Found[] =>
      marks
        .filter((mark) => !held[noun].has(mark))
        .map((mark) => ({
          severity: "warning",
          message: `pool "${name}" names the ${noun} "${mark}", which nobody active has${didYouMean(mark, held[noun])}`,
          rules: [`pool "${name}"`, `${noun} ${mark}`],
          witness: null,
        }));
    return [...of("role", roles), ...of("tag", tags)];
  });
}
