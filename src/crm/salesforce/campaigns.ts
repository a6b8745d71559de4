import type { FieldValue, LeadField } from "../../model/lead.ts";
import { firstText, instant, latest, text } from "../values.ts";
import type { Row } from "./query.ts";
import { names, soql } from "./soql.ts";

/** A campaign that a lead answered, and when it first did (salesforce.md §4.3). */
export type Response = { campaign: string | null; type: string | null; at: string | null; addedAt: string };

/** What of a CampaignMember tells of a response. */
export const responseFields = "Campaign.Name, Campaign.Type, FirstRespondedDate, CreatedDate";

/** Which campaigns these leads answered. */
export const campaignsAnswered = (leadIds: readonly string[]): string =>
  soql`SELECT LeadId, ${names([responseFields])} FROM CampaignMember WHERE LeadId IN ${leadIds} AND HasResponded = true`;

/** Lead id → its responses. `rows`: of `campaignsAnswered`. */
export const responsesOf = (rows: readonly Row[]): ReadonlyMap<string, readonly Response[]> =>
  new Map([...Map.groupBy(rows, (row) => text(row, "LeadId") ?? "")].map(([id, own]) => [id, responsesIn(own)]));

/** The responses of one lead, the last one first. */
export const responsesIn = (rows: readonly Row[]): readonly Response[] =>
  rows.map(responseOf).sort((a, b) => compare(b.at, a.at) || compare(b.addedAt, a.addedAt));

const compare = (a: string | null, b: string | null): number => ((a ?? "") < (b ?? "") ? -1 : Number(a !== b));

function responseOf(row: Row): Response {
  const campaign = typeof row.Campaign === "object" && row.Campaign !== null ? (row.Campaign as Row) : {};
  const addedAt = instant(row, "CreatedDate") ?? "";
  const at = instant(row, "FirstRespondedDate") ?? addedAt;
  return { campaign: text(campaign, "Name"), type: text(campaign, "Type"), at, addedAt };
}

/** Those that a lead had given by a moment. Of a response's own time Salesforce keeps the day alone. */
export const givenBy = (responses: readonly Response[], moment: string): readonly Response[] =>
  responses.filter(({ at, addedAt }) => (at ?? "") <= moment && addedAt <= moment);

/** What campaigns tell of a lead, by our names of fields. */
export function campaignFields(
  responses: readonly Response[],
): Record<Extract<LeadField, "conversion" | "conversionAt" | "engagedAt">, FieldValue> {
  const last = responses[0];
  return {
    conversion: last?.campaign ?? null,
    conversionAt: last?.at ?? null,
    engagedAt: latest(responses.map(({ at }) => at)),
  };
}

/** What a policy may name as `lead.crm.<name>` although Lead has no such field: all responses, not the last alone. */
const made: Readonly<Record<string, (responses: readonly Response[]) => FieldValue>> = {
  CampaignMember_Responses: (responses) => String(responses.length),
  CampaignMember_Campaigns: (responses) => listOf(responses.map(({ campaign }) => campaign)),
  CampaignMember_Types: (responses) => listOf(responses.map(({ type }) => type)),
};

const listOf = (names: readonly (string | null)[]): string | null =>
  [...new Set(names.filter((name) => name !== null))].join(";") || null;

/** Is it a field that responses to campaigns are made into? */
export const isOfCampaigns = (name: string): boolean => Object.hasOwn(made, name);

/** A lead's own field by the org's name, or what is made of its responses. */
export const namedField = (row: Row, name: string, responses: readonly Response[]): FieldValue =>
  isOfCampaigns(name) ? (made[name]?.(responses) ?? null) : firstText(row, [name]);
