import { toMatching } from "./matching-section.ts";
import { normaliseState } from "./normalise/state.ts";
import type { Caps, CrmOwn, FirstTouch, Override, Policy, RepSettings } from "./policy.ts";
import type { ReadSections } from "./read-conditions.ts";
import { toQualification } from "./to-qualification.ts";

type Given = ReadSections["rep_defaults"];

const shippedSettings: RepSettings = {
  weight: 1,
  ramp: null,
  capacity: 30,
  caps: { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null },
  seniority: 1,
  segments: [],
  languages: [],
  verticals: [],
  managerId: null,
  holidayRegion: null,
  backupId: null,
  role: null,
  tags: [],
  never: null,
};

/** A checked policy file under the names that the engine uses. */
export function toPolicy(s: ReadSections): Policy {
  const repDefaults = toSettings(s.rep_defaults, shippedSettings);
  return {
    name: s.name,
    qualifyingStage: s.qualifying_stage,
    ownerAuthority: s.owner_authority,
    byCrm: Object.fromEntries(Object.entries(s.by_crm).map(([crm, own]) => [crm, toCrmOwn(own)])),
    gates: s.gates.map((gate) => ({ name: gate.name, when: gate.when, because: gate.because ?? gate.name })),
    ...toQualification(s),
    overrides: s.overrides.map(({ to, ...override }) => ({ ...override, to: toTarget(to) })),
    keepHumanOwnerDays: s.keep_human_owner_days,
    duplicates: s.duplicates,
    matching: toMatching(s.matching),
    staleAfterMinutes: s.stale_after,
    tiers: s.tiers,
    stages: s.stages,
    priorContactDays: s.prior_contact_days,
    accountLockDays: s.account_lock_days,
    keepCreditDays: s.keep_credit_days,
    relax: s.relax,
    territories: s.territories.map(toTerritory),
    location: s.location,
    languages: s.languages,
    segments: s.segments,
    verticals: s.verticals,
    tierNeeds: Object.fromEntries(
      Object.entries(s.tier_needs).flatMap(([tier, needs]) =>
        needs === undefined ? [] : [[tier, { seniority: needs.seniority, orPool: needs.or_pool }]],
      ),
    ),
    pools: s.pools.map(({ pools: groups, claim_within: claimWithin, ...pool }) => ({ ...pool, groups, claimWithin })),
    waterfall: s.waterfall.map(({ pool, queue, wait, reviewer }) => ({
      name: pool ?? queue ?? "",
      isList: pool === undefined,
      wait,
      reviewer,
    })),
    followTheSun: s.follow_the_sun,
    catchAll: { repId: s.catch_all.rep, queueId: s.catch_all.queue, reviewer: s.catch_all.reviewer },
    reps: Object.fromEntries(Object.entries(s.reps).map(([rep, given]) => [rep, toSettings(given, repDefaults)])),
    partner:
      s.partner === null
        ? null
        : {
            registered: s.partner.registered,
            referral: s.partner.referral,
            poolId: s.partner.pool,
            queueId: s.partner.queue ?? s.catch_all.queue,
          },
    customerSuccess: s.customer_success,
    repDefaults,
    nearCapacity: s.near_capacity,
    catchUp: s.catch_up,
    holder: s.holder,
    opportunityLoad: opportunityLoadOf(s.opportunity_load),
    hours: {
      shifts: s.hours.shifts,
      timeZone: s.hours.time_zone,
      publicHolidays: s.hours.public_holidays,
      companyHolidays: s.hours.company_holidays,
    },
    firstTouch: {
      T1: toLimits(s.first_touch.T1),
      T2: toLimits(s.first_touch.T2),
      T3: toLimits(s.first_touch.T3),
    },
    maxOwnersByAutomation: s.max_owners,
    notify: s.notify,
    requests: s.requests,
    dispositions: s.dispositions,
    writes: toWrites(s.writes),
  };
}

const toWrites = ({ clear_backward_stage, ...writes }: ReadSections["writes"]): Policy["writes"] => ({
  ...writes,
  clearBackwardStage: clear_backward_stage,
});

const toCrmOwn = ({ qualifying_stage, dispositions, writes }: ReadSections["by_crm"][string]): CrmOwn => ({
  ...(qualifying_stage === undefined ? {} : { qualifyingStage: qualifying_stage }),
  ...(dispositions === undefined ? {} : { dispositions }),
  ...(writes === undefined ? {} : { writes: toWrites(writes) }),
});

const toLimits = ({ warn, breach }: { warn: number; breach: number }): FirstTouch => ({
  warnMinutes: warn,
  breachMinutes: breach,
});

function opportunityLoadOf({
  slow_after_days,
  ...points
}: ReadSections["opportunity_load"]): Policy["opportunityLoad"] {
  return { ...points, slowAfterDays: slow_after_days };
}

/** The schema lets one of them through. */
function toTarget({ rep, pool, queue = "" }: ReadSections["overrides"][number]["to"]): Override["to"] {
  if (rep !== undefined) return { repId: rep };
  return pool === undefined ? { queueId: queue } : { poolId: pool };
}

function toSettings(given: Given, defaults: RepSettings): RepSettings {
  return {
    weight: given.weight ?? defaults.weight,
    ramp: given.ramp === undefined ? defaults.ramp : given.ramp,
    capacity: given.capacity ?? defaults.capacity,
    caps: toCaps(given.caps, defaults.caps),
    seniority: given.seniority ?? defaults.seniority,
    segments: given.segments ?? defaults.segments,
    languages: given.languages ?? defaults.languages,
    verticals: given.verticals ?? defaults.verticals,
    managerId: given.manager === undefined ? defaults.managerId : given.manager,
    holidayRegion: given.holiday_region === undefined ? defaults.holidayRegion : given.holiday_region,
    backupId: given.backup === undefined ? defaults.backupId : given.backup,
    role: given.role === undefined ? defaults.role : given.role,
    tags: given.tags ?? defaults.tags,
    never: given.never === undefined ? defaults.never : given.never,
  };
}

/** A rep's own caps, one by one; null lifts the common one. */
function toCaps(given: Given["caps"], defaults: Caps): Caps {
  const own = (cap: number | null | undefined, usual: number | null) => (cap === undefined ? usual : cap);
  return {
    leadsPerDay: own(given?.leads_per_day, defaults.leadsPerDay),
    leadsPerWeek: own(given?.leads_per_week, defaults.leadsPerWeek),
    t1PerHour: own(given?.t1_per_hour, defaults.t1PerHour),
  };
}

/** A state under the name that a lead's is looked up by; `checkPolicy` has seen to it that there is one. */
function toTerritory({
  postal_codes: postalCodes,
  team_pool: teamPool,
  ...territory
}: ReadSections["territories"][number]) {
  const [country = null] = territory.countries;
  const states = territory.states.map((state) => normaliseState(state, country).value ?? state);
  return { ...territory, states, postalCodes, teamPool };
}
