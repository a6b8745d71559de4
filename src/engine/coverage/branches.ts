import { type claimants, isClaimStage } from "../claimants.ts";
import { signCodes } from "../duplicates/signs.ts";
import type { Exclusion } from "../eligibility.ts";
import { createSolver } from "../lint/solve.ts";
import { plainLead } from "../lint/witness.ts";
import type { Caps, Policy, StageName } from "../policy.ts";
import { allSettings } from "../rep-settings.ts";
import { type Branch, branch } from "./branch.ts";
import { pools, waterfall } from "./pool-branches.ts";

type Kind = (policy: Policy) => readonly Branch[];

/**
 * Every kind of branch: what a policy of that shape can do with a lead. A new stage, reason or end is a new entry (or a line
 * in one) here; what a decision takes is read off its trace and outcome. A test holds random decisions against it, so that
 * none is forgotten.
 */
const kinds: Readonly<Record<string, Kind>> = {
  gates: ({ gates }) => gates.map(({ name }) => branch(`gate ${name}`, `gate "${name}" stops a lead`)),
  ends,
  consent: ({ consent }) => {
    if (consent === null) return [];
    return [
      branch("stopped consent-refused", "a person who refused to be contacted is not"),
      ...(consent.optInCountries.length === 0
        ? []
        : [branch("stopped consent-required", "a lead without consent is stopped where it is needed")]),
    ];
  },
  motions: ({ motions }) =>
    motions.flatMap(({ name, tierCap, batch }) => [
      branch(`motion ${name}`, `a lead comes by the motion "${name}"`),
      ...(tierCap === null ? [] : [branch(`capped ${name}`, `the motion "${name}" caps a tier at ${tierCap}`)]),
      ...(batch === null
        ? []
        : [branch(`level ${batch.queueId} no-room`, `"${batch.queueId}" holds a lead while there is no room for it`)]),
    ]),
  residency: ({ residency, stages }) =>
    residency.length === 0
      ? []
      : [
          branch("excluded residency", "a rep is passed over: the lead's country is not theirs to have"),
          ...stages.filter(isClaimStage).flatMap((stage) => passed(stage, ["residency"])),
        ],
  tiers,
  overrides,
  duplicates,
  claims: ({ stages }) => stages.filter(isClaimStage).flatMap(claimsOf),
  customerSuccess: ({ customerSuccess, stages }) =>
    customerSuccess === null || !stages.includes("customer")
      ? []
      : [
          branch("assigned customer-success", "the customer-success manager of a customer gets its lead"),
          ...passed("customer-success", ["owner-inactive", "owner-breached"]),
        ],
  partner: ({ partner, stages }) => {
    if (partner === null || !stages.includes("partner")) return [];
    return [
      ...(partner.registered === null
        ? []
        : [
            branch("assigned registered-deal", "a lead whose deal a partner registered goes to the partner managers"),
            branch("channel-conflict", "somebody of our own had a claim to a lead of a registered deal"),
          ]),
      ...(partner.referral === null
        ? []
        : [branch("assigned partner-referral", "a lead that a partner referred goes to the partner managers")]),
      ...passed("partner", ["no-partner-lead"]),
      branch("level queue no-partner-manager", "no partner manager can take a partner's lead: the queue"),
    ];
  },
  absence: (policy) =>
    policy.stages.some(isClaimStage) || policy.overrides.some(({ to }) => "repId" in to)
      ? [
          ...(allSettings(policy).some(({ backupId }) => backupId !== null)
            ? [branch("backup", "a backup takes the lead of an owner who is away")]
            : []),
          branch("noted no-backup", "an owner is away and nobody stands in"),
          branch("over-capacity", "an owner gets a lead over capacity"),
        ]
      : [],
  territories,
  languages,
  segments,
  verticals,
  tierNeeds,
  relax: (policy) =>
    policy.relax
      .filter((stage) => policy.stages.includes(stage) && canNarrow(policy, stage))
      .map((stage) => branch(`relaxed ${stage}`, `${stage} is relaxed while nobody is left`)),
  exclusions,
  exceptions,
  pools,
  waterfall,
};

/** All branches of a policy. */
export const branchesOf = (policy: Policy): Branch[] => Object.values(kinds).flatMap((kind) => kind(policy));

function exclusions(policy: Policy): Branch[] {
  const has = (cap: keyof Caps): boolean => allSettings(policy).some(({ caps }) => caps[cap] !== null);
  const reasons: [because: Exclusion, words: string, isThere: boolean][] = [
    ["inactive", "not active", true],
    ["away", "away", true],
    ["off-shift", "outside their hours", true],
    ["at-capacity", "at capacity", true],
    ["day-cap", "has got the leads of a day", has("leadsPerDay")],
    ["week-cap", "has got the leads of a week", has("leadsPerWeek")],
    ["hour-cap", "has got the T1 leads of an hour", has("t1PerHour")],
    ["breached", "did not get to this lead in time", true],
    ["exception", "never given such a lead", hasExceptions(policy)],
  ];
  return reasons
    .filter(([, , isThere]) => isThere)
    .map(([because, words]) => branch(`excluded ${because}`, `a rep is passed over: ${words}`));
}

const hasExceptions = (policy: Policy): boolean => allSettings(policy).some(({ never }) => never !== null);

/** Whoever has a claim may be somebody who is never given such a lead. */
function exceptions(policy: Policy): Branch[] {
  if (!hasExceptions(policy)) return [];
  const ofOwners = [
    ...policy.stages.filter((stage) => isClaimStage(stage) && stage !== "account-lock"),
    ...(policy.duplicates.match.length === 0 ? [] : ["duplicate"]),
    ...(policy.customerSuccess === null ? [] : ["customer-success"]),
  ];
  return [
    ...ofOwners.flatMap((stage) => passed(stage, ["owner-exception"])),
    ...(policy.stages.includes("account-lock") ? passed("account-lock", ["locked-rep-exception"]) : []),
  ];
}

function ends(policy: Policy): Branch[] {
  const isNurtured = policy.tiers.some(({ tier }) => tier === "nurture");
  return [
    branch("stopped no-longer-qualified", "a lead that has left the stage is stopped"),
    ...(policy.qualification.when === null
      ? []
      : [branch("stopped not-mql", "a lead that is no MQL by definition stays in nurture")]),
    ...(isNurtured ? [branch("stopped nurture", "a lead of the tier nurture is stopped")] : []),
    branch("kept human-owner", "an owner whom a person set is kept"),
    branch("ghost human-owner", "an owner who is not active is not kept"),
    branch("level queue owners-exhausted", `after ${policy.maxOwnersByAutomation} reps the lead goes to the queue`),
    ...(policy.staleAfterMinutes === null ? [] : [branch("noted stale", "a lead that comes late is flagged")]),
  ];
}

function tiers(policy: Policy): Branch[] {
  const rules = policy.tiers.map(({ tier, because }, at) =>
    branch(`tier rule ${at + 1}`, `tier rule ${at + 1} (${tier}, ${because}) is the first that matches`),
  );
  // Any time will do: times count by their distance to it.
  const now = "2026-01-01T00:00:00.000Z";
  const solver = createSolver(plainLead(policy.qualifyingStage, now), now);
  const none = (operator: "known" | "unknown"): boolean =>
    solver.solve(
      { field: "lead.score", operator, value: null },
      policy.tiers.map(({ when }) => when),
    ).kind !== "never";
  return [
    ...rules,
    ...(none("unknown") ? [branch("tier score-missing", "no tier rule matches, and there is no score: T3")] : []),
    ...(none("known") ? [branch("tier no-tier-rule", "no tier rule matches a lead with a score: T3")] : []),
  ];
}

function overrides(policy: Policy): Branch[] {
  const { overrides: all, residency } = policy;
  const ofReps = all.some(({ to }) => "repId" in to);
  return [
    ...all.map(({ name }) => branch(`override ${name}`, `a lead meets the override "${name}"`)),
    ...(all.some(({ until }) => until !== null)
      ? [branch("noted override-over", "a lead meets an override whose last day has passed")]
      : []),
    ...(ofReps
      ? passed("override", [
          "override-inactive",
          "override-breached",
          ...(residency.length === 0 ? [] : ["residency"]),
          ...(hasExceptions(policy) ? ["override-exception"] : []),
        ])
      : []),
    ...(all.some(({ to }) => "poolId" in to) ? passed("override", ["nobody-available"]) : []),
  ];
}

function duplicates({ duplicates: { match } }: Policy): Branch[] {
  if (match.length === 0) return [];
  return [
    ...match.map((sign) => branch(`noted ${signCodes[sign]}`, `an earlier lead of the person is found by ${sign}`)),
    branch("followed", "a lead follows the earlier one of the person, which has no owner yet"),
    branch("assigned duplicate", "a lead goes to whoever has the earlier one of the person"),
    ...passed("duplicate", ["first-gone", "first-stopped", "owner-inactive", "owner-breached"]),
  ];
}

const passed = (stage: string, reasons: readonly string[]): Branch[] =>
  reasons.map((because) => branch(`passed ${stage} ${because}`, `${stage} does not apply: ${because}`));

/** Why a stage of claims may pass a lead on. */
const claimReasons: Readonly<Record<keyof typeof claimants, readonly string[]>> = {
  "open-opportunity": ["no-account", "no-open-opportunity", "has-no-owner", "owner-inactive", "owner-breached"],
  customer: ["no-account", "not-a-customer", "has-no-owner", "owner-inactive", "owner-breached"],
  "owned-account": ["no-account", "has-no-owner", "owner-inactive", "owner-breached"],
  "prior-owner": ["no-prior-owner", "reassignment", "owner-inactive", "owner-breached", "contact-inactive"],
  "account-lock": ["lock-over", "locked-rep-inactive", "locked-rep-away", "locked-rep-breached"],
};

const claimsOf = (stage: keyof typeof claimants): Branch[] => [
  branch(`assigned ${stage}`, `${stage} decides`),
  ...passed(stage, claimReasons[stage]),
];

function territories({ stages, territories: all }: Policy): Branch[] {
  if (!stages.includes("territory")) return [];
  const isWhole = all.some(({ countries }) => countries.includes("*"));
  return [
    ...all.map(({ name }) => branch(`narrowed territory ${name}`, `a lead belongs to territory "${name}"`)),
    ...passed("territory", ["country-unknown", ...(isWhole ? [] : ["no-territory"])]),
  ];
}

function languages(policy: Policy): Branch[] {
  if (!policy.stages.includes("language")) return [];
  return [
    ...policy.languages.flatMap(({ language, countries }) =>
      countries.map((code) =>
        branch(`language ${language} in ${code}`, `a lead in "${language}" from ${code} goes to its speakers`),
      ),
    ),
    ...(canNarrow(policy, "language")
      ? [
          branch("language elsewhere", "a lead in a language that is not listed for its country goes to its speakers"),
          ...passed("language", ["everyone-fits"]),
        ]
      : []),
    ...passed("language", ["language-unknown", "nobody-speaks-it"]),
  ];
}

function segments(policy: Policy): Branch[] {
  const { stages, segments: all } = policy;
  if (!stages.includes("segment")) return [];
  const special = all.filter((segment) => hasSpecialists(policy, segment, "segments"));
  return [
    ...all.map(({ name }) => branch(`segment ${name}`, `a lead belongs to segment "${name}"`)),
    ...special.map(({ name }) =>
      branch(`narrowed segment ${name}`, `the specialists of segment "${name}" are chosen from`),
    ),
    ...(special.length === 0 ? [] : passed("segment", ["everyone-fits"])),
    ...(all.length === 0 ? [] : passed("segment", ["no-specialists"])),
    ...(isCovered(all) ? [] : passed("segment", ["no-segment"])),
  ];
}

/** Has every size a segment, the unknown one too? */
function isCovered(all: Policy["segments"]): boolean {
  if (!all.some(({ fallback }) => fallback)) return false;
  const sizes = [
    1,
    100_000_000,
    ...all.flatMap(({ min, max }) => [(min ?? 2) - 1, min ?? 1, max ?? 1, (max ?? 0) + 1]),
  ];
  return sizes
    .filter((size) => size >= 1)
    .every((size) => all.some(({ min, max }) => size >= (min ?? 1) && size <= (max ?? Infinity)));
}

const hasSpecialists = (
  policy: Policy,
  { name, teams }: { name: string; teams: readonly string[] },
  named: "segments" | "verticals",
): boolean => teams.length > 0 || allSettings(policy).some((settings) => settings[named].includes(name));

function verticals(policy: Policy): Branch[] {
  const { stages, verticals: all } = policy;
  if (!stages.includes("vertical") || all.length === 0) return [];
  const special = all.filter((vertical) => hasSpecialists(policy, vertical, "verticals"));
  return [
    ...all.map(({ name }) => branch(`vertical ${name}`, `a lead belongs to vertical "${name}"`)),
    ...special.map(({ name }) =>
      branch(`narrowed vertical ${name}`, `the specialists of vertical "${name}" are chosen from`),
    ),
    ...(special.length === 0 ? [] : passed("vertical", ["everyone-fits"])),
    // Nobody may be in the teams that it names.
    ...passed("vertical", ["no-vertical", "no-vertical-specialists"]),
  ];
}

function tierNeeds(policy: Policy): Branch[] {
  if (!policy.stages.includes("tier")) return [];
  const given = ["T1", "T2", "T3"] as const;
  const needing = given.filter((tier) => policy.tierNeeds[tier] !== undefined);
  const narrowing = needing.filter((tier) => tierNarrows(policy, tier));
  return [
    ...narrowing.map((tier) => branch(`narrowed tier ${tier}`, `those who may take ${tier} are chosen from`)),
    ...(needing.length === 0 ? [] : passed("tier", ["everyone-fits"])),
    ...(needing.length === given.length ? [] : passed("tier", ["any-rep-may"])),
  ];
}

/** Only the policy says how senior somebody is. */
const tierNarrows = (policy: Policy, tier: "T1" | "T2" | "T3"): boolean =>
  allSettings(policy).some(({ seniority }) => seniority < (policy.tierNeeds[tier]?.seniority ?? 0));

/** Whether a stage ever leaves somebody out. */
function canNarrow(policy: Policy, stage: StageName): boolean {
  if (stage === "tier") return (["T1", "T2", "T3"] as const).some((tier) => tierNarrows(policy, tier));
  if (stage === "segment") return policy.segments.some((segment) => hasSpecialists(policy, segment, "segments"));
  if (stage === "vertical") return policy.verticals.some((vertical) => hasSpecialists(policy, vertical, "verticals"));
  const speak = [
    ...policy.languages.map(({ teams }) => teams),
    ...allSettings(policy).map((settings) => settings.languages),
  ];
  return speak.some((names) => names.length > 0);
}
