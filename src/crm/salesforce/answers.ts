import { z } from "zod";

/** Any answer, whatever it holds. */
export const anything = z.unknown();

/** One entry of an error body; Salesforce calls its code by two names (salesforce.md §3.4). */
export const failure = z.object({
  message: z.string().optional(),
  errorCode: z.string().optional(),
  statusCode: z.string().optional(),
  fields: z.array(z.string()).nullish(),
});
export type Failure = z.infer<typeof failure>;

/** The entries of an error body; none of what is no error body, as a proxy's page. */
export function failuresIn(body: unknown): readonly Failure[] {
  const parsed = z.array(failure).safeParse(body);
  return parsed.success ? parsed.data : [];
}

/** A record of a query or retrieve: fields by their API names. */
export const record = z.looseObject({ Id: z.string() });
export type SalesforceRecord = z.infer<typeof record>;

/** Rows of COUNT() and GROUP BY have no id. */
export const queryAnswer = z.object({
  totalSize: z.number(),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.looseObject({})),
});

/** sObject Collections: one entry a record, in the order of the request (salesforce.md §3.4). */
export const saveResults = z.array(
  z.object({ id: z.string().nullish(), success: z.boolean(), errors: z.array(failure).default([]) }),
);
export type SaveResult = z.infer<typeof saveResults>[number];

/** Of the Partner API's convertLead: one entry a lead, in the order of the request (salesforce.md §4.9). */
export const convertResults = z.array(
  z.object({ success: z.boolean(), contactId: z.string().nullish(), errors: z.array(failure).default([]) }),
);

/** An invocable action: one entry an input (salesforce.md §4.7). */
export const actionResults = z.array(z.object({ isSuccess: z.boolean(), errors: z.array(failure).nullish() }));
export type ActionResult = z.infer<typeof actionResults>[number];

/** The answer of a composite: each part has a status and a body of its own. */
export const compositeAnswer = z.object({
  compositeResponse: z.array(z.object({ body: z.unknown(), httpStatusCode: z.number(), referenceId: z.string() })),
});

/** Of each graph. */
export const graphAnswer = z.object({
  graphs: z.array(z.object({ graphId: z.string(), graphResponse: compositeAnswer, isSuccessful: z.boolean() })),
});

export const tokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  instance_url: z.url(),
  /** `https://login.salesforce.com/id/00D…/005…` */
  id: z.string(),
  scope: z.string().default(""),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

/** OAuth's own error shape. */
export const oauthFailure = z.object({ error: z.string(), error_description: z.string().default("") });

/** The fields of describe that we look at. */
export const describeAnswer = z.object({
  fields: z.array(
    z.looseObject({
      name: z.string(),
      type: z.string(),
      /** Characters that a text takes; 0 of what is no text. */
      length: z.number().default(0),
      updateable: z.boolean().default(false),
      referenceTo: z.array(z.string()).nullish(),
    }),
  ),
});
export type DescribedField = z.infer<typeof describeAnswer>["fields"][number];

/** The one row of Organization. */
export const organization = z.object({
  records: z.tuple([z.object({ Name: z.string(), TimeZoneSidKey: z.string() })]).rest(z.unknown()),
});

/** Who is logged in. */
export const userInfo = z.object({ user_id: z.string(), organization_id: z.string() });
