import { fieldValue } from "./conditions.ts";
import type { ReasonCode } from "./decision.ts";
import type { StaleFields } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";

export type FreshFacts = { facts: LeadFacts; marks: readonly ReasonCode[] };

/**
 * The facts with fresh enrichment in the place of what is missing or too old; else what the CRM has stands. Values too
 * old are marked `<field>-stale`, those that gave way `<field>-enriched`.
 */
export function freshFacts({ months, datedBy, enriched }: StaleFields, facts: LeadFacts, now: string): FreshFacts {
  const oldest = monthsBefore(now, months);
  const isOld = (at: string | null): boolean => at !== null && Date.parse(at) < oldest;
  const marks: ReasonCode[] = [];
  let fresh = facts;
  for (const field of new Set([...Object.keys(datedBy), ...Object.keys(enriched)])) {
    const value = fieldValue(facts, field);
    const dateField = datedBy[field];
    const isStale = value !== null && dateField !== undefined && isOld(fieldValue(facts, dateField));
    const better = value === null || isStale ? enrichmentOf(enriched[field], facts, isOld) : null;
    if (better !== null) fresh = replaced(fresh, field, better);
    if (isStale) marks.push(`${nameOf(field)}-stale`);
    if (better !== null) marks.push(`${nameOf(field)}-enriched`);
  }
  return { facts: fresh, marks };
}

/** What the enrichment knows, unless that is too old itself or nobody knows how old. */
function enrichmentOf(
  source: StaleFields["enriched"][string] | undefined,
  facts: LeadFacts,
  isOld: (at: string | null) => boolean,
): string | null {
  if (source === undefined) return null;
  const at = fieldValue(facts, source.at);
  return at === null || Number.isNaN(Date.parse(at)) || isOld(at) ? null : fieldValue(facts, source.from);
}

function replaced(facts: LeadFacts, field: string, value: string): LeadFacts {
  const name = nameOf(field);
  if (field.startsWith("lead."))
    return { ...facts, lead: { ...facts.lead, fields: { ...facts.lead.fields, [name]: value } } };
  return facts.match === null
    ? facts
    : { ...facts, match: { ...facts.match, account: { ...facts.match.account, [name]: value } } };
}

/** `lead.employees` and `account.employees` are both "employees". */
const nameOf = (field: string): string => field.replace(/^(?:lead|account)\./, "");

function monthsBefore(now: string, months: number): number {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.getTime();
}
