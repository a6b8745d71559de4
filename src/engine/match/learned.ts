import { loadMailDomains, type MailDomains } from "../../data/mail-domains.ts";
import type { Account } from "../../model/account.ts";
import type { LeadEntry } from "./entries.ts";
import { businessDomain, leadKey } from "./lead-key.ts";
import { nameForms } from "./name-forms.ts";

/**
 * What is known of an account by what a reviewer said: a name or domain of its own, and the keys of leads that belong to
 * it (`is`) or do not (`not`); and by its contacts, as the CRM has them: a domain of one (`contact`).
 */
export type Learned = { kind: "name" | "domain" | "is" | "not" | "contact"; value: string; accountId: string };

let mailDomains: MailDomains | null = null;
function classesOf(): MailDomains {
  mailDomains ??= loadMailDomains();
  return mailDomains;
}

/** The domain of a lead that the CRM itself has for this account, where it is not one of the account's. */
export function learnedFromContact(
  lead: Pick<LeadEntry, "email" | "website">,
  account: Pick<Account, "id" | "domains">,
): Learned[] {
  const domain = businessDomain({ email: lead.email, website: null }, classesOf());
  if (domain === null || account.domains.includes(domain)) return [];
  return [{ kind: "contact", value: domain, accountId: account.id }];
}

const longestName = 200;

/**
 * What an answer teaches of other leads. `asked`: the account in question; `belongsTo`: the one that the lead belongs to,
 * null when it is not the one in question and nobody says which it is.
 */
export function learnedFrom(
  lead: LeadEntry,
  { asked, belongsTo }: { asked: string; belongsTo: string | null },
): Learned[] {
  const classes = classesOf();
  const key = leadKey(lead, classes);
  const learned: Learned[] = [];
  if (key !== null && belongsTo !== asked) learned.push({ kind: "not", value: key, accountId: asked });
  if (belongsTo === null) return learned;
  const domain = businessDomain(lead, classes);
  const company = (lead.company ?? "").trim().slice(0, longestName);
  if (key !== null) learned.push({ kind: "is", value: key, accountId: belongsTo });
  if (domain !== null) learned.push({ kind: "domain", value: domain, accountId: belongsTo });
  if (nameForms(company) !== null) learned.push({ kind: "name", value: company, accountId: belongsTo });
  return learned;
}
