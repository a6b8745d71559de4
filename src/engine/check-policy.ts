import { checkQualification } from "./check-qualification.ts";
import { isClaimStage } from "./claimants.ts";
import { normaliseState } from "./normalise/state.ts";
import type { Report } from "./parse-condition.ts";
import type { Path } from "./policy-document.ts";
import type { Sections } from "./policy-schema.ts";
import { didYouMean } from "./suggest.ts";

/**
 * What no single section can know but for names that point nowhere: what contradicts each other. What only a lead can
 * show, such as two territories that cover one place, is for the lint.
 */
export function checkPolicy(sections: Sections, report: Report): void {
  checkNames(sections, report);
  checkPools(sections, report);
  checkTerritories(sections, report);
  checkLanguages(sections, report);
  checkSegments(sections, report);
  checkStages(sections, report);
  checkTierNeeds(sections, report);
  checkQualification(sections, report);
  checkBackups(sections, report);
  checkOverrides(sections, report);
}

const named = ["gates", "overrides", "motions", "industries", "pools", "territories", "segments", "verticals"] as const;

function checkNames(sections: Sections, report: Report): void {
  for (const section of named) {
    const seen = new Set<string>();
    for (const [at, { name }] of (sections[section] ?? []).entries()) {
      if (seen.has(name)) report([section, at, "name"], `"${name}" is the name of an earlier one; names must differ`);
      seen.add(name);
    }
  }
}

function checkPools(sections: Sections, report: Report): void {
  for (const [at, pool] of (sections.pools ?? []).entries()) {
    const { teams, reps, roles, tags, pools } = pool;
    if ([teams, reps, roles, tags, pools].every((list) => list.length === 0))
      report(["pools", at], `pool "${pool.name}" has no members: give it teams, roles, tags or reps`);
    checkMarks(sections, at, report);
  }
  checkGroups(sections, report);
  const seen = new Set<string>();
  for (const [at, { pool, queue }] of (sections.waterfall ?? []).entries()) {
    const name = pool ?? queue ?? "";
    if (seen.has(name))
      report(["waterfall", at], `"${name}" comes earlier in the waterfall; a second try changes nothing`);
    seen.add(name);
    if (queue !== undefined && sections.pools?.some((other) => other.name === queue))
      report(
        ["waterfall", at, "queue"],
        `"${queue}" is a pool; write \`pool: ${queue}\`, or give the queue another name`,
      );
  }
  checkBatches(sections, seen, report);
}

/** Where a lead waits is told by its name alone. */
function checkBatches(
  { motions = [], pools = [], catch_all }: Sections,
  levels: ReadonlySet<string>,
  report: Report,
): void {
  const taken = new Set([...levels, ...pools.map(({ name }) => name), catch_all?.queue]);
  for (const [at, { name, batch }] of motions.entries()) {
    const queue = batch === false ? undefined : ((batch === true ? undefined : batch.queue) ?? name);
    if (queue !== undefined && taken.has(queue))
      report(
        ["motions", at, "batch"],
        `its leads would wait in "${queue}", which is a pool or a queue already; give it a \`queue\` of its own`,
      );
  }
}

/** Pools of pools: a circle of them would never come to a rep. */
function checkGroups({ pools = [], territories = [] }: Sections, report: Report): void {
  const groupsOf = new Map(pools.map((pool) => [pool.name, pool.pools.map((group) => group.pool)]));
  const circles = new Set<string>();
  for (const [at, { name, pools: groups, teams, reps }] of pools.entries()) {
    if (groups.length > 0 && teams.length + reps.length > 0)
      report(
        ["pools", at],
        `pool "${name}" has both pools and members of its own: put those into a pool, and name that`,
      );
    for (const [position, { pool }] of groups.entries()) {
      const place = ["pools", at, "pools", position];
      if (groups.findIndex((other) => other.pool === pool) !== position)
        report(place, `"${pool}" comes earlier in the list; give it a higher \`weight\` instead`);
      const way = wayTo(name, pool, groupsOf);
      // Each pool of a circle leads into it: it is told where the first one does.
      const circle = way === null ? "" : [...way].sort().join("\n");
      if (way !== null && !circles.has(circle)) report(place, `goes round in a circle: ${[name, ...way].join(" → ")}`);
      circles.add(circle);
    }
  }
  for (const [at, { pool, also }] of territories.entries())
    if (also.teams.length + also.reps.length > 0 && (groupsOf.get(pool)?.length ?? 0) > 0)
      report(["territories", at, "also"], `cannot add to "${pool}", a pool of pools: add to one of its pools instead`);
}

/** The pools on the way from `from` to `to`, both included; null: no way leads there. */
function wayTo(to: string, from: string, groupsOf: ReadonlyMap<string, readonly string[]>): string[] | null {
  const seen = new Set<string>();
  const search = (name: string): string[] | null => {
    if (name === to) return [name];
    if (seen.has(name)) return null;
    seen.add(name);
    for (const group of groupsOf.get(name) ?? []) {
      const way = search(group);
      if (way !== null) return [name, ...way];
    }
    return null;
  };
  return search(from);
}

function checkTerritories(sections: Sections, report: Report): void {
  const territories = sections.territories ?? [];
  for (const [at, territory] of territories.entries()) {
    const path = ["territories", at];
    const { name, countries, states, postal_codes: codes, accounts } = territory;
    if (countries.length + accounts.length === 0)
      report(path, `"${name}" covers nothing: give it countries or accounts`);
    checkStates(countries, states, [...path, "states"], report);
    if (codes.length > 0 && countries.length !== 1)
      report([...path, "postal_codes"], "may only stand in a territory of one country");
  }
}

function checkStates(countries: readonly string[], states: readonly string[], path: Path, report: Report): void {
  if (states.length === 0) return;
  const [country] = countries;
  if (countries.length !== 1 || country === undefined) {
    report(path, "may only stand in a territory of one country");
    return;
  }
  for (const [position, state] of states.entries()) {
    if (normaliseState(state, country).value === null)
      report([...path, position], `"${state}" is no state of ${country} that we know`);
  }
}

function checkLanguages(sections: Sections, report: Report): void {
  const seen = new Set<string>();
  for (const [at, { language }] of (sections.languages ?? []).entries()) {
    if (seen.has(language))
      report(["languages", at, "language"], `"${language}" is listed already; one entry says all of it`);
    seen.add(language);
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
}

type Band = { min: number | null; max: number | null };

const overlap = (a: Band, b: Band): boolean =>
  (a.min ?? 1) <= (b.max ?? Infinity) && (b.min ?? 1) <= (a.max ?? Infinity);

function checkStages(sections: Sections, report: Report): void {
  const { stages } = sections;
  if (stages === undefined) return;
  for (const [at, stage] of stages.entries()) {
    if (stages.indexOf(stage) !== at) report(["stages", at], `"${stage}" comes earlier in the list`);
    if (stage === "partner" && stages.slice(0, at).some((earlier) => !isClaimStage(earlier))) {
      report(["stages", at], '"partner" must come before the stages that narrow');
    }
    if (isClaimStage(stage) && stages.slice(0, at).some((earlier) => !isClaimStage(earlier))) {
      report(["stages", at], `"${stage}" must come before the stages that narrow`);
    }
  }
  if (stages.at(-1) !== "pick") report(["stages"], 'must end with "pick"');
  if (stages.at(-2) !== "availability") report(["stages"], 'must have "availability" just before "pick"');
  if (stages.includes("territory") && sections.territories?.length === 0) {
    report(["stages", stages.indexOf("territory")], '"territory" needs `territories`');
  }
  if (typeof sections.customer_success === "string" && !stages.includes("customer"))
    report(["customer_success"], 'says nothing without "customer" among the `stages`');
  checkPartner(sections, report);
  for (const [at, stage] of (sections.relax ?? []).entries()) {
    if (sections.relax?.indexOf(stage) !== at) report(["relax", at], `"${stage}" comes earlier in the list`);
  }
}

function checkTierNeeds({ rep_defaults, reps, tier_needs = {} }: Sections, report: Report): void {
  // What could not be read may be what reaches it.
  if (rep_defaults === undefined || reps === undefined) return;
  const highest = Math.max(1, ...[rep_defaults, ...Object.values(reps)].map(({ seniority = 0 }) => seniority));
  for (const [tier, needs] of Object.entries(tier_needs)) {
    if (needs === undefined || needs.or_pool !== null || needs.seniority <= highest) continue;
    report(
      ["tier_needs", tier, "seniority"],
      `no rep can reach ${needs.seniority}: the highest in this file is ${highest}`,
    );
  }
}

/** Whether a chain of backups comes back to where it began is only known with the roster: a person has an id and a name. */
function checkBackups({ reps = {} }: Sections, report: Report): void {
  for (const [rep, { backup }] of Object.entries(reps))
    if (backup === rep) report(["reps", rep, "backup"], `"${rep}" cannot be their own backup`);
}

function checkOverrides({ overrides = [], pools = [] }: Sections, report: Report): void {
  for (const [at, { to }] of overrides.entries())
    if (pools.some(({ name }) => name === to.queue))
      report(
        ["overrides", at, "to", "queue"],
        `"${to.queue}" is a pool; write \`pool: ${to.queue}\`, or give the queue another name`,
      );
}

function checkPartner({ partner, stages = [] }: Sections, report: Report): void {
  if (partner === undefined || partner === null) return;
  if (!stages.includes("partner")) report(["partner"], 'says nothing without "partner" among the `stages`');
  if (partner.registered === null && partner.referral === null)
    report(["partner"], "knows no lead of a partner: give it `registered`, `referral` or both");
}

/** Roles and tags are the policy's own: one that no rep in it has is a slip. */
function checkMarks({ pools = [], rep_defaults, reps }: Sections, at: number, report: Report): void {
  // What could not be read may have it.
  if (rep_defaults === undefined || reps === undefined) return;
  const settings = [rep_defaults, ...Object.values(reps)];
  const known = {
    roles: settings.flatMap(({ role }) => role ?? []),
    tags: settings.flatMap(({ tags }) => tags ?? []),
  };
  for (const key of ["roles", "tags"] as const)
    for (const [place, mark] of (pools[at]?.[key] ?? []).entries())
      if (!known[key].includes(mark))
        report(
          ["pools", at, key, place],
          `no rep has the ${key.slice(0, -1)} "${mark}"${didYouMean(mark, known[key])}`,
        );
}
