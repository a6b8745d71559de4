import { z } from "zod";
import { leadFields } from "../../model/lead.ts";
import { duplicateSigns } from "../duplicates/signs.ts";
import { date } from "../policy-schema.ts";
import { text, texts } from "../policy-shapes.ts";
import { shift } from "../shift-shape.ts";
import { didYouMean } from "../suggest.ts";

const instant = z
  .string({ error: 'must be a time such as "2026-11-20T09:00:00Z"' })
  .refine((written) => /^\d{4}-\d\d-\d\d(T|$)/.test(written) && !Number.isNaN(Date.parse(written)), {
    error: ({ input }) => `"${input}" is no time; write one such as "2026-11-20T09:00:00Z"`,
  })
  // As decisions write them: one instant is one text.
  .transform((written) => new Date(written).toISOString());

const count = z.number().min(0);

/** A field of the CRM is text, however it is written here. */
const value = z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()], {
  error: "must be a text, a number, true, false or null",
});

const fieldNames: readonly string[] = leadFields;

const fields = z.record(
  z.string().refine((name) => fieldNames.includes(name) || /^crm\.[A-Za-z0-9_]+$/.test(name), {
    error: ({ input }) =>
      `"${input}" is no field of a lead${didYouMean(String(input), fieldNames) || "; begin the CRM's own with crm."}`,
  }),
  value,
);

const repParts = {
  userId: text.nullable().optional(),
  name: text.optional(),
  active: z.boolean().optional(),
  teams: texts.optional(),
  timeZone: text.nullable().optional(),
  shifts: z
    .array(shift)
    .transform((shifts) => shifts.flat())
    .nullable()
    .optional(),
  absences: z.array(z.strictObject({ startAt: instant, endAt: instant })).optional(),
  daysOff: z.array(date).optional(),
  /** Open work in points, before this lead. */
  load: count.optional(),
  /** What decisions gave them lately. */
  recent: z
    .strictObject({
      lastAt: instant.default("1970-01-01T00:00:00.000Z"),
      today: z.int().min(0).default(0),
      thisWeek: z.int().min(0).default(0),
      t1ThisHour: z.int().min(0).default(0),
      t1OldestAt: instant.optional(),
    })
    .optional(),
};

const account = z.strictObject({
  id: text.optional(),
  name: text.nullable().optional(),
  domains: texts.optional(),
  ownerId: text.nullable().optional(),
  country: z.string().nullable().optional(),
  state: z.string().nullable().optional(),
  postalCode: value.optional(),
  employees: value.optional(),
  isCustomer: z.boolean().optional(),
  isCompetitor: z.boolean().optional(),
  lastActivityAt: instant.nullable().optional(),
  crm: z.record(z.string(), value).optional(),
});

const opportunity = z.strictObject({
  id: text.optional(),
  name: z.string().nullable().optional(),
  accountIds: texts.optional(),
  ownerId: text.nullable().optional(),
  isOpen: z.boolean().optional(),
  stageOrder: z.number().optional(),
  stage: z.string().nullable().optional(),
  lastActivityAt: instant.nullable().optional(),
});

const trigger = z.strictObject({
  qualifiedAt: instant.optional(),
  round: z.int().min(0).optional(),
  cause: z.enum(["qualified", "breached", "owner-inactive", "restored", "merged", "followed", "waited"]).optional(),
  breachedBy: texts.optional(),
  owners: z.int().min(0).optional(),
  waits: z.array(z.strictObject({ level: text, until: instant.nullable() })).optional(),
});

const lead = z.strictObject({
  id: text.optional(),
  ownerId: text.nullable().optional(),
  accountId: text.nullable().optional(),
  qualifiedAt: instant.nullable().optional(),
  createdAt: instant.optional(),
});

const assignment = z.strictObject({ repId: text, at: instant });

/** What a world and a case of it both may say; the case counts. */
const facts = {
  now: instant.optional(),
  policy: z.record(z.string(), z.unknown()).optional(),
  lead: lead.optional(),
  fields: fields.optional(),
  trigger: trigger.optional(),
  account: account.optional(),
  /** Public holidays by region, as local dates. */
  holidays: z.record(text, z.array(date)).optional(),
};

export const worldShape = z.strictObject({
  ...facts,
  opportunity: opportunity.optional(),
  timeZone: text.optional(),
  stages: texts.optional(),
  reps: z.array(z.strictObject({ id: text, ...repParts })),
});

const given = z
  .strictObject({
    ...facts,
    reps: z.record(z.string(), z.strictObject(repParts)).optional(),
    credits: z.record(z.string(), z.record(z.string(), z.number())).optional(),
    leavers: z.record(z.string(), z.record(z.string(), z.strictObject({ credit: z.number(), at: text }))).optional(),
    /** Account id → the last assignment of one of its leads. */
    accountAssignments: z.record(z.string(), assignment).optional(),
    match: z
      .strictObject({
        by: z.enum(["crm-association", "reviewer", "email-domain", "website-domain", "likeness"]).optional(),
        evidence: z.string().optional(),
        rivals: z.array(z.strictObject({ accountId: text, because: text })).optional(),
      })
      .optional(),
    noMatchBecause: text.nullable().optional(),
    opportunities: z.array(opportunity).optional(),
    ownerHistory: z
      .array(
        z.strictObject({
          ownerId: text.nullable(),
          at: instant,
          by: z.enum(["person", "automation", "baton"]),
        }),
      )
      .optional(),
    earlierLeads: z
      .array(
        z.strictObject({
          leadId: text,
          by: z.enum(duplicateSigns),
          /** Absent: there is no such lead any more. */
          state: z.enum(["routing", "assigned", "queued", "kept", "stopped", "followed", "parked"]).optional(),
          ownerId: text.nullable().default(null),
        }),
      )
      .optional(),
    earlierAssignment: assignment.nullable().optional(),
    contacts: z
      .array(assignment.extend({ how: z.enum(["touched-person", "touched-account", "given-account"]) }))
      .optional(),
  })
  .default({});

/** As the engine says it; what a kind does not have is left out. */
const outcome = z.strictObject({
  kind: z.enum(["assigned", "queued", "kept", "stopped", "followed"]),
  repId: text.optional(),
  ownerId: text.optional(),
  queueId: text.optional(),
  leadId: text.optional(),
  stage: text.optional(),
  poolId: text.optional(),
  opensAt: instant.optional(),
  backupFor: text.optional(),
  because: text.optional(),
  held: z.strictObject({ until: instant.nullable(), opensAt: instant.nullable() }).optional(),
});

export const caseShape = z.strictObject({
  why: text,
  world: z.union([text, worldShape], { error: "must be the name of a world, or a world" }),
  given,
  outcome,
  trace: z.array(z.string()).optional(),
  marks: texts.optional(),
  recorded: z.boolean().default(false),
});

export type World = z.output<typeof worldShape>;
export type GoldenCase = z.output<typeof caseShape>;
export type Given = GoldenCase["given"];
