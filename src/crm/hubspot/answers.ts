import { z } from "zod";

/** HubSpot's answer to one request; `body` is undefined for none and for what is no JSON. */
export type Answer = { status: number; body: unknown; headers: Headers };

// Every field is optional when it is parsed (hubspot.md §3.3).
const texts = z.record(z.string(), z.array(z.coerce.string())).catch({});
const detail = z
  .object({ message: z.string().optional(), code: z.string().optional(), context: texts.optional() })
  .catch({});
const failure = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  category: z.string().optional(),
  subCategory: z.string().optional(),
  policyName: z.string().optional(),
  correlationId: z.string().optional(),
  id: z.coerce.string().optional(),
  context: texts.optional(),
  errors: z.array(detail).catch([]).optional(),
});

/** HubSpot's error body, or one entry of a partial answer's `errors`. */
export type Failure = z.infer<typeof failure>;

/** What a body says of a failure; empty for one of another shape. */
export function parseFailure(body: unknown): Failure {
  return failure.safeParse(body).data ?? {};
}

const id = z.union([z.string(), z.number()]).transform(String);
const historyEntry = z.object({
  value: z.string().nullish(),
  timestamp: z.string(),
  sourceType: z.string().nullish(),
  sourceId: z.string().nullish(),
  updatedByUserId: id.nullish(),
});

// What is in them is looked at field by field (fields.ts): to check each of a hundred records' values here costs twice.
const properties = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

const record = z.object({
  id,
  properties,
  propertiesWithHistory: z.record(z.string(), z.array(historyEntry)).nullish(),
  createdAt: z.string(),
  objectWriteTraceId: z.string().nullish(),
});

/** One record as HubSpot has it (hubspot.md §4). */
export type HubspotRecord = z.infer<typeof record>;
export type HistoryEntry = z.infer<typeof historyEntry>;

const paging = z.object({ next: z.object({ after: id }).nullish() }).nullish();

export const recordList = z.object({ results: z.array(record), paging });
export const batchResult = z.object({ results: z.array(record), errors: z.array(failure).nullish() });
export const associationList = z.object({
  errors: z.array(failure).nullish(),
  results: z.array(
    z.object({
      from: z.object({ id }),
      // A string in all specs, a number in live answers (hubspot.md §4.6).
      to: z.array(z.object({ toObjectId: id, associationTypes: z.array(z.object({ typeId: z.number() })).nullish() })),
    }),
  ),
});
export const ownerList = z.object({
  results: z.array(
    z.object({
      id,
      email: z.string().nullish(),
      type: z.string().nullish(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      userId: id.nullish(),
      userIdIncludingInactive: id.nullish(),
      archived: z.boolean().nullish(),
      teams: z.array(z.object({ name: z.string() })).nullish(),
    }),
  ),
  paging,
});
export const pipelineList = z.object({
  results: z.array(
    z.object({
      id,
      stages: z.array(
        z.object({
          id,
          label: z.string().nullish(),
          displayOrder: z.number(),
          metadata: z.object({ isClosed: z.string().nullish() }).nullish(),
        }),
      ),
    }),
  ),
});
export const propertyDefinition = z.object({
  hasUniqueValue: z.boolean().nullish(),
  options: z.array(z.object({ value: z.string(), displayOrder: z.number().nullish() })).nullish(),
});
export const accountDetails = z.object({
  portalId: id,
  portalName: z.string().nullish(),
  timeZone: z.string(),
  uiDomain: z.string(),
});
export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  hub_id: id.nullish(),
  scopes: z.array(z.string()).nullish(),
});
export const introspection = z.object({ app_id: id.nullish() });
export const anything = z.unknown();
