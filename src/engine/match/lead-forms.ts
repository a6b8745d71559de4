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

/** Of an address, of which no more is read; a form takes any. */
const longest = 1_000;
const short = (address: string | null): string | null => address?.slice(0, longest) ?? null;

export const leadForms = (lead: LeadEntry, classes: DomainClasses): LeadForms => ({
  name: nameForms(lead.company),
  mail: mailForms(short(lead.email), classes),
  site: siteForms(short(lead.website), classes),
  place: placeForms(lead),
});
