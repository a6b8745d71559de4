import { isClaimStage } from "../claimants.ts";
import type { Policy, RepSettings } from "../policy.ts";
import { prepare } from "../prepare.ts";
import { strategies } from "../strategies/index.ts";
import { didYouMean } from "../suggest.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { poolsNamedElsewhere } from "./named-pools.ts";

const dayMs = 86_400_000;

/** Settings that never make a difference: a weight that no strategy looks at, a ramp that is over, a stage that is off, an override that is over. */
export const idleSettings: Lint = {
  severity: "warning",
  label: "a weight, cap, override or section that never makes a difference",
  find(input) {
    return [
      ...idleSections(input.policy),
      ...idleRamps(input),
      ...idleOverrides(input),
      ...idleCaps(input.policy),
      ...idleMarks(input.policy),
      ...idleTieBreakers(input.policy),
      ...(input.roster === null ? [] : idleWeights(input, input.roster)),
    ];
  },
};

/** Sections that only a stage reads, which the policy switches off. */
function idleSections({ stages, relax, territories, segments, verticals, languages, tierNeeds }: Policy): Found[] {
  const read = [
    { stage: "territory", section: "territories", isThere: territories.length > 0 },
    { stage: "segment", section: "segments", isThere: segments.length > 0 },
    { stage: "vertical", section: "verticals", isThere: verticals.length > 0 },
    { stage: "language", section: "languages", isThere: languages.length > 0 },
    { stage: "tier", section: "tier_needs", isThere: Object.keys(tierNeeds).length > 0 },
  ] as const;
  const off = read.filter(({ stage, isThere }) => isThere && !stages.includes(stage));
  return off.map(({ stage, section }) => ({
    message: `the section ${section} makes no difference: the stage ${stage} is not among the stages`,
    rules: [section, "stages", ...relax.filter((each) => each === stage).map(() => "relax")],
    witness: null,
  }));
}

function idleRamps({ policy, now }: LintInput): Found[] {
  return Object.entries(policy.reps).flatMap(([name, { ramp }]): Found[] => {
    if (ramp === null || Date.parse(ramp.from) + (ramp.days + 1) * dayMs > Date.parse(now)) return [];
    const message = `the ramp of ${name} is over since ${new Date(Date.parse(ramp.from) + ramp.days * dayMs).toISOString().slice(0, 10)}: it makes no difference any more`;
    return [{ severity: "note", message, rules: [`reps, ${name}`], witness: null }];
  });
}

/** Over in every zone: the last day ends half a day later than in UTC at most. */
function idleOverrides({ policy, now }: LintInput): Found[] {
  return policy.overrides.flatMap(({ name, until }): Found[] => {
    if (until === null || Date.parse(until) + 1.5 * dayMs > Date.parse(now)) return [];
    const message = `override "${name}" is over since ${until}: it makes no difference any more`;
    return [{ severity: "note", message, rules: [`override "${name}"`], witness: null }];
  });
}

/** A cap behind another one, or for a tier that no lead has. Claims count for caps and are bound by none of them. */
function idleCaps(policy: Policy): Found[] {
  const hasClaims =
    policy.stages.some(isClaimStage) ||
    policy.duplicates.match.length > 0 ||
    policy.overrides.some(({ to }) => "repId" in to);
  const hasT1 = policy.tiers.some(({ tier }) => tier === "T1");
  const settings = [["rep_defaults", policy.repDefaults] as const, ...Object.entries(policy.reps)];
  return settings.flatMap(([name, { caps }]): Found[] => {
    const { leadsPerDay: day, leadsPerWeek: week, t1PerHour: hour } = caps;
    const never = (cap: string, why: string): Found => ({
      message: `the cap ${cap} of ${name} never binds: ${why}`,
      rules: [`${name}, caps`],
      witness: null,
    });
    return [
      ...(hour !== null && !hasT1 ? [never(`t1_per_hour ${hour}`, "no tier rule gives T1")] : []),
      ...(week !== null && day !== null && week >= 7 * day && !hasClaims
        ? [never(`leads_per_week ${week}`, `seven days of leads_per_day ${day} are no more`)]
        : []),
      // An hour may belong to two days.
      ...(hour !== null && day !== null && hour >= 2 * day && hasT1 && !hasClaims
        ? [never(`t1_per_hour ${hour}`, `two days of leads_per_day ${day} are no more`)]
        : []),
    ];
  });
}

/** Roles and tags are there for pools: one that none names is often another one with a slip. */
function idleMarks({ pools, reps, repDefaults }: Policy): Found[] {
  const named = { role: pools.flatMap(({ roles }) => roles), tag: pools.flatMap(({ tags }) => tags) };
  const settings = [["rep_defaults", repDefaults] as const, ...Object.entries(reps)];
  return (["role", "tag"] as const).flatMap((noun) => {
    const marksOf = ({ role, tags }: RepSettings): readonly string[] =>
      noun === "tag" ? tags : role === null ? [] : [role];
    const marks = new Set(settings.flatMap(([, own]) => marksOf(own)));
    return [...marks]
      .filter((mark) => !named[noun].includes(mark))
      .map((mark): Found => {
        // What everybody has by default is told of the defaults alone.
        const isDefault = marksOf(repDefaults).includes(mark);
        const names = settings.flatMap(([name, own]) => (marksOf(own).includes(mark) ? [name] : []));
        const who = isDefault ? ["rep_defaults"] : names;
        return {
          message: `the ${noun} "${mark}" of ${who.join(", ")} makes no difference: no pool names it${didYouMean(mark, named[noun])}`,
          rules: [...who.map((name) => `reps, ${name}`), `${noun} ${mark}`],
          witness: null,
        };
      });
  });
}

/** What could not tell two accounts apart the first time cannot the second time. */
function idleTieBreakers({ matching: { tieBreakers } }: Policy): Found[] {
  const again = new Set(tieBreakers.filter((name, at) => tieBreakers.indexOf(name) < at));
  return [...again].map((name) => ({
    message: `\`tie_breakers\` of matching name ${name} more than once: only the first makes a difference; leave the others out`,
    rules: ["matching, tie_breakers"],
    witness: null,
  }));
}

/** Somebody's own weight counts only where a strategy weighs, and among others. */
function idleWeights({ policy, now }: LintInput, { reps, timeZone }: Roster): Found[] {
  const { pools, reps: known } = prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });
  const own = [...known.values()].filter(
    ({ rep, settings }) => rep.active && settings.weight !== policy.repDefaults.weight,
  );
  return own.flatMap(({ rep, settings }): Found[] => {
    const of = [...pools.values()].filter(({ members }) => members.some((member) => member.rep.id === rep.id));
    const binds = of.some(
      ({ pool, members }) => usesWeight(pool.strategy) && members.filter((member) => member.rep.active).length > 1,
    );
    if (binds) return [];
    const where =
      of.length === 0
        ? "they are in no pool"
        : `${of.map(({ pool }) => `pool "${pool.name}"`).join(", ")} ${of.length === 1 ? "does" : "do"} not look at it, or they are alone there`;
    return [
      {
        message: `the weight ${settings.weight} of ${rep.name} never makes a difference: ${where}`,
        rules: [`reps, ${rep.id}`, ...of.map(({ pool }) => `pool "${pool.name}"`)],
        witness: null,
      },
    ];
  });
}

/** Does who is chosen depend on the weights? Two candidates who differ in nothing else tell. */
function usesWeight(strategy: Policy["pools"][number]["strategy"]): boolean {
  const { weigh, choose } = strategies[strategy];
  if (choose === null) return false;
  const at = { load: 0, busy: 0, capacity: 30 };
  if (weigh !== null) return weigh({ ...at, weight: 1 }) !== weigh({ ...at, weight: 2 });
  const candidate = (repId: string, weight: number) => ({ repId, weight, share: 0.5, credit: 0, seniority: 1, ...at });
  const turn = { leadId: "1", poolId: "p", contactAt: () => 0, givenAt: () => 0 };
  const chosen = (a: number, b: number) => choose([candidate("a", a), candidate("b", b)], turn).repId;
  return chosen(1, 2) !== chosen(2, 1);
}

/** A pool that nothing names: no lead ever comes to it. */
export const unusedPool: Lint = {
  severity: "warning",
  label: "a pool that nothing names",
  find: ({ policy }: LintInput): Found[] => {
    const named = new Set([
      ...poolsNamedElsewhere(policy),
      ...policy.territories.flatMap(({ pool, teamPool }) => [pool, teamPool]),
    ]);
    return policy.pools
      .filter(({ name }) => !named.has(name))
      .map(({ name }) => ({
        message: `no lead ever comes to pool "${name}": no territory, tier need, pool of pools, partner rule, override or waterfall names it, and it follows no sun`,
        rules: [`pool "${name}"`],
        witness: null,
      }));
  },
};
