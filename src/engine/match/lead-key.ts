import { type DomainClasses, mailForms, siteForms } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { nameForms } from "./name-forms.ts";
import { placeForms } from "./place-forms.ts";

/** The business domain of a lead's e-mail, else of its website; null: it has none. */
export function businessDomain(lead: Pick<LeadEntry, "email" | "website">, classes: DomainClasses): string | null {
  const forms = [mailForms(lead.email, classes), siteForms(lead.website, classes)];
  return forms.find((each) => each?.kind === "business")?.domain ?? null;
}

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
