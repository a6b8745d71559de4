import { type DomainClasses, type DomainForms, mailForms, siteForms } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { type NameForms, nameForms } from "./name-forms.ts";
import { type PlaceForms, placeForms } from "./place-forms.ts";

/** A lead as it is compared. */
export type LeadForms = {
  name: NameForms | null;
  mail: DomainForms | null;
  site: DomainForms | null;
  place: PlaceForms;
};

export const leadForms = (lead: LeadEntry, classes: DomainClasses): LeadForms => ({
  name: nameForms(lead.company),
  mail: mailForms(lead.email, classes),
  site: siteForms(lead.website, classes),
  place: placeForms(lead),
});
