import { DateTime, IANAZone } from "luxon";
import { z } from "zod";
import holidayRegions from "../data/holiday-regions.json" with { type: "json" };
import { weekdays } from "../model/rep.ts";
import { duplicateSigns } from "./duplicates/signs.ts";
import { matchingSection } from "./matching-section.ts";
import { isCountryCode } from "./normalise/country.ts";
import { normaliseLanguage } from "./normalise/language.ts";
import { parsePostalSpan } from "./normalise/postal-code.ts";
import {
  accountField,
  condition,
  country,
  firstTouch,
  maybeCondition,
  minutes,
  optionalCondition,
  text,
  texts,
} from "./policy-shapes.ts";
import { gateSections, qualificationSections } from "./qualification-sections.ts";
import { shift } from "./shift-shape.ts";
import { isStrategyId, strategies } from "./strategies/index.ts";
import { didYouMean } from "./suggest.ts";

/** Stages in their shipped order. */
const stageNames = [
  "open-opportunity",
  "customer",
  "owned-account",
  "prior-owner",
  "account-lock",
  "partner",
  "territory",
  "language",
  "segment",
  "vertical",
  "tier",
  "availability",
  "pick",
] as const;

const strategyNames = Object.keys(strategies).filter(isStrategyId);

const tierNames = ["T1", "T2", "T3", "nurture"] as const;

const name = text;

/** "German", "Deutsch" or "de", as its code. */
const language = text
  .refine((written) => normaliseLanguage(written).value !== null, {
    error: ({ input }) => `"${input}" is no language that we know; write one such as "German" or "de"`,
  })
  .transform((written) => normaliseLanguage(written).value ?? written);

function postalProblem(written: string): string {
  const turned = written
    .split(/\s*[-–]\s*/)
    .reverse()
    .join("-");
  return parsePostalSpan(turned) === null
    ? 'is neither the beginning of postal codes, such as "80", nor a range such as "80000-81999"'
    : `ends before it begins: write "${turned}"`;
}

const postalSpan = text
  .refine((written) => parsePostalSpan(written) !== null, {
    error: ({ input }) => `"${input}" ${postalProblem(String(input))}`,
  })
  .transform((written) => parsePostalSpan(written) ?? { from: "", to: "" });

const timeZone = text.refine((zone) => IANAZone.isValidZone(zone), {
  error: ({ input }) => `"${input}" is no time zone; write one such as "Europe/Berlin"`,
});

export const date = z
  .string({ error: "must be a date such as 2026-11-30" })
  .refine((written) => /^\d{4}-\d\d-\d\d$/.test(written) && DateTime.fromISO(written).isValid, {
    error: ({ input }) => `"${input}" is no date; write one such as 2026-11-30`,
  });

/** A country, or a part of one as ISO 3166-2 and its towns go on: DE-BY, GB-SCT. */
const holidayRegion = text
  .refine((region) => /^[A-Z]{2}(-[A-Z0-9]{1,5}){0,2}$/.test(region) && isCountryCode(region.slice(0, 2)), {
    error: ({ input }) => `"${input}" is neither a country such as "DE" nor a part of one such as "DE-BY"`,
    abort: true,
  })
  .refine((region) => !region.includes("-") || holidayRegions.entries.includes(region), {
    error: ({ input }) => `no public holidays of "${input}" are known${regionMeant(String(input))}`,
  });

/** Of a country without parts the country itself is meant. */
function regionMeant(region: string): string {
  const country = region.slice(0, 2);
  const parts = holidayRegions.entries.filter((known) => known.startsWith(`${country}-`));
  if (parts.length === 0) return `: write "${country}"`;
  const widest = parts.filter((part) => part.split("-").length === 2);
  return didYouMean(region, parts) || `; write "${country}", or one of ${widest.join(", ")}`;
}

const dateRange = z
  .strictObject({ from: date, to: date })
  .refine(({ from, to }) => from <= to, "ends before it begins");

const mostHolidays = 400;

/** Single days, and days from one to another, as all of their dates. */
const companyHolidays = z
  .array(
    z.union([date, dateRange], { error: "must be a date such as 2026-12-24, or { from: 2026-12-27, to: 2026-12-31 }" }),
  )
  .transform((days) => days.flatMap((day) => (typeof day === "string" ? [day] : datesOf(day))))
  .refine((dates) => dates.length <= mostHolidays, `must be at most ${mostHolidays} days`);

function datesOf({ from, to }: { from: string; to: string }): string[] {
  const count = Math.min(mostHolidays + 1, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1);
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.parse(from) + at * 86_400_000).toISOString().slice(0, 10),
  );
}

const forNobody =
  "must be more than 0: who is to get no lead is left out of the pools, or has a `never`, the condition of leads that they are never given";

const cap = z.int().min(1, forNobody).max(10_000).nullable().optional();

/** ` — write 0.8 for 80 %` for 80 and "80%"; or nothing. */
function shareMeant(input: unknown): string {
  const [, amount] = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(String(input)) ?? [];
  const percent = Number(amount);
  return percent > 1 && percent <= 100 ? ` — write ${percent / 100} for ${percent} %` : "";
}

const share = z
  .number({ error: ({ input }) => `must be a number above 0 and up to 1${shareMeant(input)}` })
  .positive()
  .max(1, { error: ({ input }) => `must be at most 1${shareMeant(input)}` });

/** Of what takes a rep's capacity. */
const points = z.int().min(0).max(1_000);

const repSettings = z.strictObject({
  weight: z.number().positive().max(100).optional(),
  ramp: z
    .strictObject({
      from: date,
      days: z.int().min(1).max(730).default(30),
      factor: z.number().positive().max(1).default(0.5),
    })
    .nullable()
    .optional(),
  capacity: z.number().positive(forNobody).max(10_000).optional(),
  caps: z.strictObject({ leads_per_day: cap, leads_per_week: cap, t1_per_hour: cap }).optional(),
  seniority: z.int().min(0).max(100).optional(),
  segments: texts.optional(),
  languages: z.array(language).optional(),
  verticals: texts.optional(),
  manager: text.nullable().optional(),
  holiday_region: holidayRegion.nullable().optional(),
  backup: text.nullable().optional(),
  role: text.nullable().optional(),
  tags: texts.optional(),
  never: maybeCondition,
});

const timeAllowed = z.strictObject({ T1: minutes, T2: minutes, T3: minutes });

/** Default-policy §5. */
const shippedTimeAllowed = { T1: 2, T2: 15, T3: 60 };

const group = z.union([text.transform((pool) => ({ pool, weight: 1 })), groupOfWeight()], {
  error: 'must be the name of a pool, or { pool: "name", weight: 2 }',
});

function groupOfWeight() {
  return z.strictObject({ pool: text, weight: z.number().positive().max(100).default(1) });
}

const waterfallLevel = z
  .union(
    [
      text.transform((pool) => ({ pool, queue: undefined, wait: null, reviewer: null })),
      z.strictObject({
        pool: text.optional(),
        queue: text.optional(),
        wait: timeAllowed.nullable().default(null),
        reviewer: text.nullable().default(null),
      }),
    ],
    { error: 'must be the name of a pool, or { pool: "name", wait: { T1: 2m, T2: 15m, T3: 1h } }' },
  )
  .refine(({ pool, queue }) => (pool === undefined) !== (queue === undefined), "needs one of `pool` and `queue`")
  .refine(({ queue, wait }) => queue === undefined || wait !== null, {
    path: ["wait"],
    error: "a queue needs to know for how long it holds a lead: wait: { T1: 2m, T2: 15m, T3: 1h }",
  });

const override = z.strictObject({
  name,
  when: condition,
  to: z
    .strictObject({ rep: text.optional(), pool: text.optional(), queue: text.optional() })
    .refine(({ rep, pool, queue }) => [rep, pool, queue].filter((given) => given !== undefined).length === 1, {
      error: "needs one of `rep`, `pool` and `queue`",
    }),
  until: date.nullable().default(null),
  because: text.default("override"),
});

const writes = z.strictObject({
  stage: text.nullable().default(null),
  status: text.nullable().default(null),
  clear_backward_stage: z.boolean().default(false),
});

const workday = weekdays.slice(0, 5).map((day) => ({ day, startMinute: 540, endMinute: 1080 }));

/** The shape of each section of a policy file. Names across sections are checked by `checkPolicy`. */
export const policySections = {
  name,
  qualifying_stage: text,
  owner_authority: text.nullable().default(null),
  by_crm: z
    .record(
      z.string(),
      z.strictObject({ qualifying_stage: text.optional(), dispositions: texts.optional(), writes: writes.optional() }),
    )
    .default({}),
  keep_human_owner_days: z.number().min(0).max(3650).default(30),
  duplicates: z
    .strictObject({ match: z.array(z.enum(duplicateSigns)).default([...duplicateSigns]) })
    .default({ match: [...duplicateSigns] }),
  matching: matchingSection,
  stale_after: minutes.nullable().default(null),
  ...qualificationSections,
  gates: z.array(z.strictObject({ name, when: condition, because: text.optional() })).default([]),
  ...gateSections(z.enum(stageNames)),
  overrides: z.array(override).default([]),
  tiers: z.array(z.strictObject({ tier: z.enum(tierNames), when: condition, because: text })).default([]),
  stages: z.array(z.enum(stageNames)).default([...stageNames]),
  prior_contact_days: z.number().min(0).max(400).default(180),
  account_lock_days: z.number().min(0).max(400).default(30),
  keep_credit_days: z.number().min(0).max(400).default(30),
  relax: z.array(z.enum(["vertical", "tier", "segment"])).default(["vertical", "tier", "segment"]),
  territories: z
    .array(
      z.strictObject({
        name,
        countries: z.array(country).default([]),
        states: texts.default([]),
        postal_codes: z.array(postalSpan).default([]),
        accounts: texts.default([]),
        pool: text,
        team_pool: text.nullable().default(null),
        also: z.strictObject({ teams: texts.default([]), reps: texts.default([]) }).default({ teams: [], reps: [] }),
      }),
    )
    .default([]),
  location: z.enum(["headquarters", "contact"]).default("headquarters"),
  languages: z
    .array(z.strictObject({ language, countries: z.array(country).default([]), teams: texts.default([]) }))
    .default([]),
  verticals: z.array(z.strictObject({ name, when: condition, teams: texts.default([]) })).default([]),
  segments: z
    .array(
      z.strictObject({
        name,
        min: z.int().min(1).nullable().default(null),
        max: z.int().min(1).nullable().default(null),
        fallback: z.boolean().default(false),
        teams: texts.default([]),
      }),
    )
    .default([]),
  tier_needs: z
    .partialRecord(
      z.enum(tierNames),
      z.strictObject({ seniority: z.int().min(0).max(100), or_pool: text.nullable().default(null) }),
    )
    .default({}),
  pools: z
    .array(
      z.strictObject({
        name,
        teams: texts.default([]),
        reps: texts.default([]),
        roles: texts.default([]),
        tags: texts.default([]),
        pools: z.array(group).default([]),
        strategy: z.enum(strategyNames).default("smooth_weighted"),
        claim_within: timeAllowed.default(shippedTimeAllowed),
      }),
    )
    .min(1, "must name at least one pool"),
  waterfall: z
    .array(waterfallLevel)
    .min(1, "must name at least one pool: a lead that no rule can place needs somewhere to go"),
  follow_the_sun: text.nullable().default(null),
  catch_all: z
    .strictObject({
      rep: text.nullable().default(null),
      queue: text.default("unrouted"),
      reviewer: text.nullable().default(null),
    })
    .default({ rep: null, queue: "unrouted", reviewer: null }),
  partner: z
    .strictObject({
      registered: optionalCondition,
      referral: optionalCondition,
      pool: text,
      queue: text.nullable().default(null),
    })
    .nullable()
    .default(null),
  customer_success: accountField.nullable().default(null),
  holder: text.nullable().default(null),
  opportunity_load: z
    .strictObject({
      early: points.default(1),
      mid: points.default(2),
      late: points.default(3),
      slow_after_days: z.int().min(1).default(30),
      slow: points.default(1),
    })
    .prefault({}),
  catch_up: z.enum(["none", "capped", "full"]).default("none"),
  near_capacity: share.nullable().default(null),
  rep_defaults: repSettings.default({}),
  reps: z.record(z.string(), repSettings).default({}),
  hours: z
    .strictObject({
      time_zone: timeZone.nullable().default(null),
      shifts: z
        .array(shift)
        .transform((shifts) => shifts.flat())
        .default(workday),
      public_holidays: z.boolean().default(true),
      company_holidays: companyHolidays.default([]),
    })
    .default({ time_zone: null, shifts: workday, public_holidays: true, company_holidays: [] }),
  dispositions: texts.default(["OPEN_DEAL", "UNQUALIFIED", "BAD_TIMING"]),
  first_touch: z
    .strictObject({ T1: firstTouch, T2: firstTouch, T3: firstTouch })
    .default({ T1: { warn: 5, breach: 15 }, T2: { warn: 30, breach: 60 }, T3: { warn: 180, breach: 240 } }),
  max_owners: z.int().min(1).max(20).default(3),
  notify: z
    .strictObject({ crm: z.array(z.enum(["T1", "T2", "T3"])).default(["T1", "T2", "T3"]) })
    .default({ crm: ["T1", "T2", "T3"] }),
  requests: z
    .strictObject({ share: share.default(0.5), urgent: z.number().min(0).max(0.5).default(0.05) })
    .default({ share: 0.5, urgent: 0.05 }),
  writes: writes.default({ stage: null, status: null, clear_backward_stage: false }),
} as const;

type Schemas = typeof policySections;

export type SectionName = keyof Schemas;

/** The sections that had the right shape, defaults filled in; a broken one is missing. */
export type Sections = { [K in SectionName]?: z.output<Schemas[K]> };
