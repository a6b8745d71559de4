import { plainAccount } from "../plain-account.ts";
import type { LeadFacts } from "../snapshot.ts";

/** Values of fields as conditions name them. */
export type Values = ReadonlyMap<string, string | null>;

/** A lead of which nothing is known but that it qualified just now. */
export const plainLead = (qualifyingStage: string, now: string): LeadFacts => ({
  trigger: { qualifiedAt: now, round: 0, cause: "qualified", breachedBy: [] },
  lead: {
    id: "lead-1",
    ownerId: null,
    accountId: null,
    qualifiedAt: now,
    createdAt: now,
    fields: { stage: qualifyingStage },
  },
  match: null,
  noMatchBecause: "unknown-domain",
  opportunities: [],
  ownerHistory: [],
  earlierAssignment: null,
});

/** The lead with these values; one that has any of an account has an account. */
export function leadWith(plain: LeadFacts, values: Values): LeadFacts {
  const fields: Record<string, string | null> = { ...plain.lead.fields };
  const account: Record<string, unknown> = {};
  let { ownerId } = plain.lead;
  for (const [field, value] of values) {
    const name = field.slice(field.indexOf(".") + 1);
    if (field === "lead.ownerId") ownerId = value;
    else if (field.startsWith("lead.")) fields[name] = value;
    else if (value !== null) account[name] = name.startsWith("is") ? value === "true" : value;
  }
  const hasAccount = Object.keys(account).length > 0;
  const known = plain.match?.account ?? plainAccount;
  const match = { by: "crm-association" as const, evidence: known.id, rivals: [], account: { ...known, ...account } };
  return {
    ...plain,
    lead: { ...plain.lead, ownerId, fields },
    match: hasAccount ? match : plain.match,
    noMatchBecause: hasAccount ? null : plain.noMatchBecause,
  };
}
