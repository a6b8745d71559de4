import { normaliseCountry } from "../normalise/country.ts";
import { mailboxOf } from "../normalise/mailbox.ts";
import { normalisePhone } from "../normalise/phone.ts";
import type { LeadFacts } from "../snapshot.ts";
import { nameInitials, type PersonName, personName } from "./person-name.ts";
import type { DuplicateSign } from "./signs.ts";

/** What tells that two leads may be one person. */
export type Identity = {
  /** As `mailboxOf`. */
  email: string | null;
  /** E.164. */
  phone: string | null;
  name: PersonName | null;
  accountId: string | null;
};

/** Leads that share one of these are worth a comparison. Personal data: to be stored as hashes only. */
export type IdentityKeys = Readonly<Record<DuplicateSign, string | null>>;

/** Of one lead, whatever is known of it. */
export function identityOf({ lead, match }: Pick<LeadFacts, "lead" | "match">): Identity {
  const { email, phone, country, firstName, lastName } = lead.fields;
  return {
    email: mailboxOf(email),
    phone: normalisePhone(phone, normaliseCountry(country).value).value,
    name: personName(firstName, lastName),
    accountId: match?.account.id ?? null,
  };
}

/** A name is only looked for at its own account. */
export function keysOf({ email, phone, name, accountId }: Identity): IdentityKeys {
  const initials = nameInitials(name);
  return { email, phone, name: accountId === null || initials === null ? null : JSON.stringify([accountId, initials]) };
}
