import { IANAZone } from "luxon";
import { isCountryCode, normaliseCountry } from "./normalise/country.ts";
import { normaliseState } from "./normalise/state.ts";
import type { Report } from "./parse-condition.ts";
import type { Path } from "./policy-document.ts";
import type { Sections } from "./policy-schema.ts";
import { didYouMean } from "./suggest.ts";

/** What no single section can know: names that point nowhere, overlaps, numbers that contradict each other. */
export function checkPolicy(sections: Sections, report: Report): void {
  checkNames(sections, report);
  checkPools(sections, report);
  checkTerritories(sections, report);
  checkSegments(sections, report);
  checkStages(sections, report);
  checkTierNeeds(sections, report);
  checkTimes(sections, report);
}

function checkNames(sections: Sections, report: Report): void {
  for (const section of ["gates", "pools", "territories", "segments"] as const) {
    const seen = new Set<string>();
    for (const [at, { name }] of (sections[section] ?? []).entries()) {
      if (seen.has(name)) report([section, at, "name"], `"${name}" is the name of an earlier one; names must differ`);
      seen.add(name);
    }
  }
}

function checkPools(sections: Sections, report: Report): void {
  for (const [at, pool] of (sections.pools ?? []).entries()) {
    if (pool.teams.length + pool.reps.length === 0) {
      report(["pools", at], `pool "${pool.name}" has no members: give it teams or reps`);
    }
  }
  const seen = new Set<string>();
  for (const [at, name] of (sections.waterfall ?? []).entries()) {
    requirePool(sections, name, ["waterfall", at], report);
    if (seen.has(name))
      report(["waterfall", at], `"${name}" comes earlier in the waterfall; a second try changes nothing`);
    seen.add(name);
  }
}

function requirePool(sections: Sections, name: string, path: Path, report: Report): void {
  if (sections.pools === undefined) return;
  const names = sections.pools.map((pool) => pool.name);
  if (!names.includes(name)) report(path, `there is no pool "${name}"${didYouMean(name, names)}`);
}

function checkTerritories(sections: Sections, report: Report): void {
  const covered = new Map<string, string>();
  for (const [at, territory] of (sections.territories ?? []).entries()) {
    const path = ["territories", at];
    requirePool(sections, territory.pool, [...path, "pool"], report);
    for (const [position, code] of territory.countries.entries()) {
      checkCountry(code, [...path, "countries", position], report);
    }
    checkStates(territory.countries, territory.states, [...path, "states"], report);
    const states = territory.states.length === 0 ? [""] : territory.states;
    for (const cell of territory.countries.flatMap((country) => states.map((state) => `${country} ${state}`.trim()))) {
      const other = covered.get(cell);
      if (other !== undefined)
        report(path, `"${territory.name}" and "${other}" both cover ${cell}; the first would get all`);
      else covered.set(cell, territory.name);
    }
  }
}

function checkCountry(code: string, path: Path, report: Report): void {
  if (code === "*" || isCountryCode(code)) return;
  const meant = normaliseCountry(code).value;
  report(path, `"${code}" is no country code of two capitals${meant === null ? "" : ` — did you mean "${meant}"?`}`);
}

function checkStates(countries: readonly string[], states: readonly string[], path: Path, report: Report): void {
  if (states.length === 0) return;
  const [country] = countries;
  if (countries.length !== 1 || country === undefined) {
    report(path, "may only stand in a territory of one country");
    return;
  }
  for (const [position, state] of states.entries()) {
    const { value } = normaliseState(state, country);
    if (value === null) report([...path, position], `"${state}" is no state of ${country} that we know`);
    else if (value !== state) report([...path, position], `write "${value}" for "${state}"`);
  }
}

function checkSegments(sections: Sections, report: Report): void {
  const segments = sections.segments ?? [];
  for (const [at, segment] of segments.entries()) {
    const path = ["segments", at];
    const { min, max } = segment;
    if (min !== null && max !== null && min > max) report([...path, "min"], `${min} is above its max, ${max}`);
    const overlapping = segments.slice(0, at).find((other) => overlap(segment, other));
    if (overlapping !== undefined) {
      report(path, `"${segment.name}" overlaps "${overlapping.name}"; a company would belong to both`);
    }
    if (segment.fallback && segments.slice(0, at).some((other) => other.fallback)) {
      report([...path, "fallback"], "another segment is the fallback already");
    }
  }
  const names = segments.map((segment) => segment.name);
  const settings = [
    ...(sections.rep_defaults === undefined ? [] : [[["rep_defaults"], sections.rep_defaults] as const]),
    ...Object.entries(sections.reps ?? {}).map(([rep, given]) => [["reps", rep], given] as const),
  ];
  if (sections.segments === undefined) return;
  for (const [path, given] of settings) {
    for (const [position, name] of (given.segments ?? []).entries()) {
      if (names.includes(name)) continue;
      report([...path, "segments", position], `there is no segment "${name}"${didYouMean(name, names)}`);
    }
  }
}

type Band = { min: number | null; max: number | null };

const overlap = (a: Band, b: Band): boolean =>
  (a.min ?? 1) <= (b.max ?? Infinity) && (b.min ?? 1) <= (a.max ?? Infinity);

const ownership: readonly string[] = ["open-opportunity", "customer", "owned-account", "prior-owner"];

function checkStages(sections: Sections, report: Report): void {
  const { stages } = sections;
  if (stages === undefined) return;
  for (const [at, stage] of stages.entries()) {
    if (stages.indexOf(stage) !== at) report(["stages", at], `"${stage}" comes earlier in the list`);
    if (ownership.includes(stage) && stages.slice(0, at).some((earlier) => !ownership.includes(earlier))) {
      report(["stages", at], `"${stage}" must come before the stages that narrow`);
    }
  }
  if (stages.at(-1) !== "pick") report(["stages"], 'must end with "pick"');
  if (stages.at(-2) !== "availability") report(["stages"], 'must have "availability" just before "pick"');
  if (stages.includes("territory") && sections.territories?.length === 0) {
    report(["stages", stages.indexOf("territory")], '"territory" needs `territories`');
  }
  for (const [at, stage] of (sections.relax ?? []).entries()) {
    if (sections.relax?.indexOf(stage) !== at) report(["relax", at], `"${stage}" comes earlier in the list`);
  }
}

function checkTierNeeds(sections: Sections, report: Report): void {
  const settings = [sections.rep_defaults, ...Object.values(sections.reps ?? {})];
  const highest = Math.max(1, ...settings.map((given) => given?.seniority ?? 0));
  for (const [tier, needs] of Object.entries(sections.tier_needs ?? {})) {
    if (needs === undefined) continue;
    const path = ["tier_needs", tier];
    if (needs.or_pool !== null) requirePool(sections, needs.or_pool, [...path, "or_pool"], report);
    else if (needs.seniority > highest) {
      report([...path, "seniority"], `no rep can reach ${needs.seniority}: the highest in this file is ${highest}`);
    }
  }
}

function checkTimes(sections: Sections, report: Report): void {
  const zone = sections.hours?.time_zone ?? null;
  if (zone !== null && !IANAZone.isValidZone(zone)) {
    report(["hours", "time_zone"], `"${zone}" is no time zone; write one such as "Europe/Berlin"`);
  }
  for (const [tier, { warn, breach }] of Object.entries(sections.first_touch ?? {})) {
    if (warn >= breach) report(["first_touch", tier, "warn"], `must be shorter than the breach limit`);
  }
}
