import { DateTime } from "luxon";
import type { Rep } from "../model/rep.ts";
import { normaliseCountry } from "./normalise/country.ts";
import type { Policy, Territory } from "./policy.ts";
import { findRep, settingsOf } from "./rep-settings.ts";
import { repsMeant } from "./reps-meant.ts";
import type { Shared } from "./snapshot.ts";
import { didYouMean } from "./suggest.ts";

/** What if: changes to a team and to who covers which country. Reps are meant by id or name. */
export type Changes = {
  /** As if they had left. */
  without: readonly string[];
  weights: readonly { rep: string; weight: number }[];
  /** As if they had been there, with the defaults of the policy. */
  add: readonly { name: string; team: string }[];
  /** ISO dates in the rep's own zone, both included. */
  away: readonly { rep: string; from: string; to: string }[];
  /** Countries by code or name, to a territory of the policy. */
  move: readonly { country: string; territory: string }[];
};

export const noChanges: Changes = { without: [], weights: [], add: [], away: [], move: [] };

/** Everything that keeps changes from meaning something for this policy and these reps, a sentence each. */
export function changeProblems(changes: Changes, { policy, reps }: Pick<Shared, "policy" | "reps">): string[] {
  const territories = policy.territories.map(({ name }) => name);
  const meant = [...changes.without, ...changes.weights.map(({ rep }) => rep), ...changes.away.map(({ rep }) => rep)];
  const teams = [...policy.pools, ...reps].flatMap((each) => each.teams);
  const added = changes.add.map(({ name }) => name);
  return [
    ...[...new Set(meant)]
      .filter((rep) => findRep(reps, rep) === null && !added.includes(rep))
      .map((rep) => `There is no rep "${rep}"${repsMeant(rep, reps) || "."}`),
    ...changes.add
      .filter(({ name }) => findRep(reps, name) !== null)
      .map(({ name }) => `"${name}" is a rep already: a new one needs another name.`),
    ...changes.add
      .filter(({ team }) => !teams.includes(team) && !teams.includes("*"))
      .map(
        ({ name, team }) =>
          `"${name}" is to be in "${team}", a team of no pool and no rep${didYouMean(team, teams) || "."}`,
      ),
    ...changes.weights
      .filter(({ weight }) => !(weight > 0 && weight <= 100))
      .map(({ rep, weight }) => `The weight of "${rep}" must be more than 0 and at most 100, not ${weight}.`),
    ...changes.away
      .filter(({ from, to }) => !isDate(from) || !isDate(to) || from > to)
      .map(
        ({ rep, from, to }) =>
          `"${rep}" is to be away from ${from} to ${to}: give two dates such as 2026-11-02..2026-11-13.`,
      ),
    ...changes.move
      .filter(({ country }) => normaliseCountry(country).value === null)
      .map(({ country }) => `"${country}" is no country: give its two-letter code.`),
    ...changes.move
      .filter(({ territory }) => !territories.includes(territory))
      .map(({ territory }) => `The policy has no territory "${territory}"${didYouMean(territory, territories) || "."}`),
  ];
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid;

/** What leads share, changed. A rep who is not there at that time is left out. */
export function applyChanges(shared: Shared, changes: Changes): Shared {
  const reps = [...shared.reps, ...changes.add.map(newRep)]
    .map((rep) => changeRep(shared, rep, changes))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...shared, reps, policy: changePolicy(shared.policy, reps, changes) };
}

/** They belong to no CRM, so no id of one can be theirs. */
const newRep = ({ name, team }: Changes["add"][number]): Rep => ({
  id: `new: ${name}`,
  userId: null,
  name,
  active: true,
  teams: [team],
  timeZone: null,
  shifts: null,
  absences: [],
});

function changeRep(shared: Shared, rep: Rep, { without, away }: Changes): Rep {
  const isMeant = (idOrName: string): boolean => idOrName === rep.id || idOrName === rep.name;
  const zone = rep.timeZone ?? shared.policy.hours.timeZone ?? shared.timeZone;
  const absences = away
    .filter((each) => isMeant(each.rep))
    .map(({ from, to }) => ({ startAt: startOf(from, zone, 0), endAt: startOf(to, zone, 1) }));
  if (absences.length === 0 && !without.some(isMeant)) return rep;
  return { ...rep, active: rep.active && !without.some(isMeant), absences: [...rep.absences, ...absences] };
}

/** The instant at which a local day begins, or the one so many days after it. */
function startOf(date: string, zone: string, daysLater: number): string {
  const day = DateTime.fromISO(date, { zone }).plus({ days: daysLater }).startOf("day").toUTC();
  return day.toISO() ?? `${date}T00:00:00.000Z`;
}

function changePolicy(policy: Policy, reps: readonly Rep[], { weights, move }: Changes): Policy {
  if (weights.length === 0 && move.length === 0) return policy;
  const settings = weights.flatMap(({ rep: idOrName, weight }) => {
    const rep = findRep(reps, idOrName);
    return rep === null ? [] : [[rep.id, { ...settingsOf(policy, rep), weight }] as const];
  });
  return {
    ...policy,
    reps: { ...policy.reps, ...Object.fromEntries(settings) },
    territories: move.reduce(moveCountry, policy.territories),
  };
}

/** The whole country, also where a territory had a part of it. */
function moveCountry(territories: readonly Territory[], { country, territory: name }: Changes["move"][number]) {
  const code = normaliseCountry(country).value;
  if (code === null) return territories;
  return territories.map((territory) => {
    const others = territory.countries.filter((each) => each !== code);
    return { ...territory, countries: territory.name === name ? [...others, code] : others };
  });
}
