import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import type { Matching } from "../engine/match/matching.ts";
import type { Account } from "../model/account.ts";
import type { Lead } from "../model/lead.ts";
import type { AccountHint } from "../store/account-hints.ts";

/** An account as the matcher reads it: with what reviewers taught and the fields in which the CRM keeps other names. */
export function toAccountEntry(
  account: Account,
  { hints = [], otherNames }: { hints?: readonly AccountHint[]; otherNames: Matching["otherNames"] },
): AccountEntry {
  const [website = null, ...otherDomains] = account.domains;
  const learned = (...wanted: AccountHint["kind"][]): string[] =>
    hints.filter(({ kind }) => wanted.includes(kind)).map(({ value }) => value);
  return {
    id: account.id,
    name: account.name,
    otherNames: [...otherNames.flatMap((field) => namesIn(account.crm?.[field])), ...learned("name")],
    website,
    otherDomains: [...otherDomains, ...learned("domain", "contact")],
    phone: account.phone ?? null,
    country: account.country,
    state: account.state,
    city: account.city ?? null,
    postalCode: account.postalCode,
    parentId: account.parentId ?? null,
  };
}

const namesIn = (text: string | null | undefined): string[] =>
  (text ?? "")
    .split(/[;|\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");

export function toLeadEntry({ fields }: Lead): LeadEntry {
  const { email, company, website, phone, country, state, city, postalCode } = fields;
  return {
    email: email ?? null,
    company: company ?? null,
    website: website ?? null,
    phone: phone ?? null,
    country: country ?? null,
    state: state ?? null,
    city: city ?? null,
    postalCode: postalCode ?? null,
  };
}
