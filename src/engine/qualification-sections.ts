import { z } from "zod";
import { insteadOf } from "./found.ts";
import type { StageName } from "./policy.ts";
import { condition, country, firstTouch, optionalCondition, text, texts } from "./policy-shapes.ts";

const points = z.number().min(-100).max(100);
const days = z.number().positive().max(3650);
const field = text;

const fitRule = z.strictObject({ name: text, when: condition, points });

const engagementRule = z.strictObject({
  name: text,
  when: optionalCondition,
  points,
  per: field.nullable().default(null),
  at_most: z.number().positive().max(100).nullable().default(null),
  half_life: days.nullable().default(null),
  at: field.nullable().default(null),
});

const weight = z.number().min(0).max(1);

const qualification = z.strictObject({
  version: text.default("1"),
  name: text.default("MQL"),
  when: optionalCondition,
  hand_raiser: optionalCondition,
  content: optionalCondition,
  score: z.enum(["crm", "own"]).default("crm"),
  fit: z.array(fitRule).default([]),
  engagement: z.array(engagementRule).default([]),
  weights: z.strictObject({ fit: weight, engagement: weight }).default({ fit: 0.5, engagement: 0.5 }),
});

/** What makes an MQL, and what its data is worth. */
export const qualificationSections = {
  qualification: qualification.prefault({}),
  minimum_fields: z.array(field).default([]),
  stale_fields: z
    .strictObject({
      months: z.int().min(1).max(120).default(12),
      dated_by: z.record(z.string(), field).default({}),
      enriched: z.record(z.string(), z.strictObject({ from: field, at: field })).default({}),
    })
    .nullable()
    .default(null),
  industries: z.array(z.strictObject({ name: text, synonyms: texts.default([]) })).default([]),
} as const;

/** Who may be routed, to whom at all, and what is different about where they come from. */
export const gateSections = <Stage extends z.ZodType<StageName, StageName>>(stage: Stage) => ({
  consent: z
    .strictObject({
      field,
      granted: texts.default([]),
      refused: texts.default([]),
      opt_in_countries: z.array(country).default([]),
    })
    .nullable()
    .default(null),
  residency: z
    .array(
      z.strictObject({
        countries: z.array(country).min(1, "must name at least one country"),
        teams: texts.min(1, "must name at least one team"),
      }),
    )
    .default([]),
  override_human_owner: z.array(stage).default([]),
  motions: z
    .array(
      z.strictObject({
        name: text,
        when: condition,
        stages_off: z.array(stage).default([]),
        first_touch: z
          .strictObject({ T1: firstTouch.optional(), T2: firstTouch.optional(), T3: firstTouch.optional() })
          .default({}),
        tier_cap: z.enum(["T1", "T2", "T3"]).nullable().default(null),
        batch: z
          .union([z.boolean(), z.strictObject({ queue: text.optional(), reviewer: text.nullable().default(null) })], {
            error: ({ input }) => insteadOf("must be true, false or { queue: a name, reviewer: a name }", input),
          })
          .default(false),
      }),
    )
    .default([]),
});
