import { duplicateSigns } from "../../src/engine/duplicates/signs.ts";
import type { Condition, Policy, Qualification } from "../../src/engine/policy.ts";
import type { LeadFacts, Shared, State, Trigger } from "../../src/engine/snapshot.ts";
import type { Rep } from "../../src/model/rep.ts";
import {
  aLead,
  aMatch,
  anOpportunity,
  aPolicy,
  aRep,
  aShared,
  aState,
  aTrigger,
  seededRandom,
  someFacts,
} from "../builders.ts";

export type RandomWorld = { shared: Shared; leads: readonly LeadFacts[]; state: State };

const policy = aPolicy();

const isHandRaiser = { field: "lead.isHandRaiser", operator: "equals", value: "true" } as const;

const ownScore: Qualification = {
  ...policy.qualification,
  when: { not: { field: "lead.emailDomain", operator: "equals", value: "gmail.com" } },
  score: "own",
  fit: [{ name: "known-size", when: { field: "lead.employees", operator: "known", value: null }, points: 60 }],
  engagement: [
    {
      name: "asked",
      when: isHandRaiser,
      points: 90,
      per: null,
      atMost: null,
      halfLifeDays: 14,
      at: "lead.conversionAt",
    },
    { name: "read", when: null, points: 3, per: "lead.pageViews", atMost: 20, halfLifeDays: null, at: null },
  ],
};

const teams = ["DACH Sales", "UK & Nordics Sales", "North America Sales", "General Sales", "SDR", "Enterprise Sales"];
const zones = ["Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", null];
const countries = ["Germany", "us ", "UK", "Japan", "Atlantis", "", null];
const scores = ["12", "45", "65", "95", "NaN", "", null];
const employees = ["5", "51-200", "1,000+", "-3", "0", "", null];
const languages = ["German", "fr-FR", "Klingon", "", null];
const industries = ["Health care", "Steel", null];
const emails = ["a@muster.de", "a@b@c", "", null, "x@gmail.com"];
const earlierIds = ["lead-gone", "lead-of-before", "lead-of-long-before"];
const states = ["assigned", "kept", "queued", "stopped", "followed", "routing", "parked"] as const;
const nows = [
  "2026-11-20T09:00:00.000Z",
  "2026-11-20T16:30:00.000Z",
  "2026-11-21T12:00:00.000Z",
  "2026-11-20T03:00:00.000Z",
];

const timeAllowed = { T1: 2, T2: 15, T3: 60 };

type Draw = { chance: (probability: number) => boolean; oneOf: <T>(list: readonly T[]) => T; someone: () => string };

/** Shared lists, pools of pools, teams, overlays, and levels that hold a lead, now and then. */
function somePools({
  chance,
  oneOf,
  someone,
}: Draw): Pick<Policy, "pools" | "territories" | "waterfall" | "followTheSun"> {
  const other = (pool: Policy["pools"][number]): Policy["pools"][number] => {
    if (chance(0.15)) return { ...pool, strategy: "claim" };
    if (pool.name !== "general" || chance(0.7)) return pool;
    return {
      ...pool,
      teams: [],
      groups: [
        { pool: "dach", weight: 2 },
        { pool: "sdr", weight: 1 },
      ],
    };
  };
  const wait = () => (chance(0.5) ? timeAllowed : null);
  const list = { name: "open-list", isList: true, wait: timeAllowed, reviewer: "Ada" };
  return {
    pools: policy.pools.map(other),
    territories: policy.territories.map((territory) => ({
      ...territory,
      teamPool: chance(0.3) ? oneOf(policy.pools).name : null,
      also: { teams: chance(0.2) ? [oneOf(teams)] : [], reps: chance(0.2) ? [someone()] : [] },
    })),
    waterfall: [...policy.waterfall.map((level) => ({ ...level, wait: wait() })), ...(chance(0.2) ? [list] : [])],
    followTheSun: chance(0.3) ? "sdr" : null,
  };
}

/** Draws of its own, so that a world is otherwise the one that it is without them. */
function drawFrom(random: () => number, repCount: number): Draw {
  const chance = (probability: number): boolean => random() < probability;
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    chance,
    oneOf: (list) => list[below(list.length)] as (typeof list)[number],
    someone: () => (chance(0.1) ? "rep-gone" : `rep-${below(repCount + 1)}`),
  };
}

/** Of all three kinds, some of them over, for leads of which there are many or few. */
function someOverrides({ chance, oneOf, someone }: Draw): Policy["overrides"] {
  const one = (name: string): Policy["overrides"][number] => ({
    name,
    when: oneOf<Condition>([
      { field: "lead.language", operator: "equals", value: "German" },
      { field: "lead.pageViews", operator: "known", value: null },
      { not: { field: "lead.industry", operator: "known", value: null } },
    ]),
    to: oneOf([{ repId: someone() }, { poolId: oneOf(policy.pools).name }, { queueId: "board" }]),
    until: oneOf(["2026-11-19", "2026-11-20", null]),
    because: "override",
  });
  return chance(0.3) ? [one("first"), one("second")] : [];
}

/** A snapshot of odd leads and reps of all sorts; the same for the same seed. */
export function randomWorld(seed: number): RandomWorld {
  const random = seededRandom(seed);
  const chance = (probability: number): boolean => random() < probability;
  const below = (limit: number): number => Math.floor(random() * limit);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const now = oneOf(nows);

  const reps: Rep[] = Array.from({ length: 1 + below(12) }, (_, at) =>
    aRep({
      id: `rep-${at}`,
      active: !chance(0.15),
      teams: teams.filter(() => chance(0.35)),
      timeZone: oneOf(zones),
      shifts: chance(0.1) ? [] : null,
      absences: chance(0.15) ? [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T10:00:00Z" }] : [],
    }),
  );
  const someone = (): string => (chance(0.1) ? "rep-gone" : `rep-${below(reps.length + 1)}`);
  const someoneOrNobody = (): string | null => (chance(0.5) ? someone() : null);

  const reassigned = (round: number): Partial<Trigger> => {
    if (chance(0.6))
      return {
        cause: oneOf(["breached", "followed"]),
        breachedBy: chance(0.2) ? [] : Array.from({ length: round }, someone),
      };
    const until = oneOf(["2026-11-20T08:00:00.000Z", "2026-11-20T16:40:00.000Z", "2026-11-25T00:00:00.000Z"]);
    const level = oneOf(["general", "sdr", "dach", "open-list"]);
    return { cause: "waited", breachedBy: [], owners: below(round + 1), waits: [{ level, until }] };
  };

  const aRandomLead = (at: number): LeadFacts => {
    const round = chance(0.3) ? below(4) : 0;
    const match = chance(0.5)
      ? aMatch({
          ownerId: someoneOrNobody(),
          country: oneOf(countries),
          employees: oneOf(employees),
          isCustomer: chance(0.3),
          isCompetitor: chance(0.05),
          ...(chance(0.3) ? { crm: { csm: someoneOrNobody() } } : {}),
        })
      : null;
    return someFacts({
      lead: aLead({
        id: `lead-${at}`,
        ownerId: someoneOrNobody(),
        fields: {
          country: oneOf(countries),
          score: oneOf(scores),
          employees: oneOf(employees),
          email: oneOf(emails),
          language: oneOf(languages),
          industry: oneOf(industries),
          conversion: oneOf(["Demo request", "Whitepaper", "Webinar", null]),
          conversionAt: oneOf(["2026-11-10T09:00:00.000Z", "yesterday", null]),
          pageViews: oneOf(["7", "-1", "many", null]),
          "crm.baton_contact_consent": oneOf(["granted", "granted", "granted", "refused", null]),
          stage: chance(0.05) ? "customer" : "marketingqualifiedlead",
        },
      }),
      match,
      opportunities: match !== null && chance(0.4) ? [anOpportunity({ ownerId: someoneOrNobody() })] : [],
      ownerHistory: chance(0.4)
        ? [
            {
              ownerId: someoneOrNobody(),
              at: "2026-11-10T09:00:00Z",
              by: oneOf(["person", "automation", "baton"] as const),
            },
          ]
        : [],
      earlierLeads: chance(0.3)
        ? [
            { leadId: oneOf(earlierIds), by: oneOf(duplicateSigns) },
            { leadId: `lead-${below(at + 1) - 1}`, by: "name" as const },
          ]
        : [],
      contacts: Array.from({ length: chance(0.2) ? 1 + below(3) : 0 }, () => ({
        repId: someone(),
        at: oneOf(["2026-11-19T12:00:00Z", "2026-09-01T00:00:00Z", "2026-01-01T00:00:00Z"]),
        how: oneOf(["touched-person", "touched-account", "given-account"] as const),
      })),
      earlierAssignment: chance(0.2) ? { repId: someone(), at: "2026-05-01T00:00:00Z" } : null,
      trigger: aTrigger({
        round,
        ...(round === 0 ? { cause: "qualified", breachedBy: [] } : reassigned(round)),
      }),
    });
  };

  return {
    shared: aShared({
      now,
      reps,
      policy: {
        ...policy,
        repDefaults: { ...policy.repDefaults, seniority: 1 + below(2) },
        reps: {
          "rep-0": {
            ...policy.repDefaults,
            weight: 0.5,
            backupId: someone(),
            never: chance(0.3) ? { field: "lead.language", operator: "known", value: null } : null,
          },
          "rep-2": { ...policy.repDefaults, caps: { leadsPerDay: null, leadsPerWeek: 20, t1PerHour: 1 } },
          "rep-1": { ...policy.repDefaults, capacity: 10, seniority: 3, backupId: "rep-0" },
        },
        ...(chance(0.5) ? { qualification: ownScore } : {}),
        overrideHumanOwner: chance(0.3) ? ["open-opportunity"] : [],
        staleFields: {
          months: 12,
          datedBy: { "lead.employees": "lead.conversionAt" },
          enriched: { "lead.employees": { from: "lead.pageViews", at: "lead.conversionAt" } },
        },
        languages: [
          { language: "de", countries: ["DE"], teams: [oneOf(teams)] },
          { language: "fr", countries: [], teams: [oneOf(teams)] },
        ],
        verticals: [
          {
            name: "health",
            when: { field: "lead.industry", operator: "contains", value: "health" },
            teams: [oneOf(teams)],
          },
        ],
        partner: chance(0.3)
          ? {
              registered: { field: "lead.industry", operator: "contains", value: "steel" },
              referral: { field: "lead.language", operator: "known", value: null },
              poolId: oneOf(policy.pools).name,
              queueId: "unrouted",
            }
          : null,
        catchUp: drawFrom(seededRandom(seed + 2_000_000), 1).oneOf(["none", "none", "none", "capped", "full"]),
        overrides: someOverrides(drawFrom(seededRandom(seed + 1_000_000), reps.length)),
        customerSuccess: chance(0.5) ? "account.crm.csm" : null,
        ...somePools({ chance, oneOf, someone }),
        catchAll: { repId: chance(0.3) ? someone() : null, queueId: "unrouted", reviewer: null },
      },
    }),
    leads: Array.from({ length: 1 + below(8) }, (_, at) => aRandomLead(at)),
    state: aState({
      load: Object.fromEntries(reps.map(({ id }) => [id, chance(0.2) ? 30 : below(30)])),
      recent: Object.fromEntries(
        reps.flatMap(({ id }) => {
          const [today, before] = [below(13), below(20)];
          const recent = { lastAt: oneOf(["2026-11-20T08:00:00Z", "2026-11-19T15:00:00Z"]), today };
          const t1ThisHour = below(5);
          const t1OldestAt = new Date(Date.parse(now) - 59 * 60_000).toISOString();
          const t1 = t1ThisHour > 0 && t1ThisHour % 2 === 1 ? { t1ThisHour, t1OldestAt } : { t1ThisHour };
          return chance(0.5) ? [[id, { ...recent, thisWeek: today + before, ...t1 }]] : [];
        }),
      ),
      accounts: chance(0.5)
        ? { "account-1": { repId: someone(), at: oneOf(["2026-11-19T15:00:00Z", "2026-09-01T00:00:00Z"]) } }
        : {},
      leads: Object.fromEntries(
        earlierIds.slice(1).map((id) => [id, { state: oneOf(states), ownerId: someoneOrNobody() }]),
      ),
      credits: chance(0.5) ? { general: { "rep-0": 0.4, "rep-left": -0.4 } } : {},
    }),
  };
}
