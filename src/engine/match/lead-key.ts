import { type DomainClasses, mailForms, siteForms } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { nameForms } from "./name-forms.ts";
import { placeForms } from "./place-forms.ts";

export type LeadDomain = { by: "email-domain" | "website-domain"; domain: string };

/** The domains of a lead's e-mail and website that are a company's own. */
export function businessDomains(
  { email, website }: Pick<LeadEntry, "email" | "website">,
  classes: DomainClasses,
): LeadDomain[] {
  const forms = [
    { by: "email-domain" as const, of: mailForms(email, classes) },
    { by: "website-domain" as const, of: siteForms(website, classes) },
  ];
  return forms.flatMap(({ by, of }) => (of?.kind === "business" ? [{ by, domain: of.domain }] : []));
}

/** The first of them; null: it has none. */
export const businessDomain = (lead: Pick<LeadEntry, "email" | "website">, classes: DomainClasses): string | null =>
  businessDomains(lead, classes)[0]?.domain ?? null;

/**
 * What leads have in common that belong to the same account: the business domain or, without one, the letters of the
 * company's name, and the country. What a reviewer says of a lead counts for all with its key. Null: it has nothing of it.
 */
export function leadKey(lead: LeadEntry, classes: DomainClasses): string | null {
  const domain = businessDomain(lead, classes);
  if (domain !== null) return `domain:${domain}`;
  const name = nameForms(lead.company);
  return name === null ? null : `name:${name.joined}|${placeForms(lead).country ?? ""}`;
}
