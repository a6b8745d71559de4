import { type DomainClasses, mailForms, siteForms } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { nameForms } from "./name-forms.ts";
import { placeForms } from "./place-forms.ts";

/** By what a reviewer's "no" counts for other leads, too. */
export type RuleOutKeys = {
  /** The business domain of its e-mail, else of its website. */
  domain: string | null;
  /** Of a lead without such a domain: the letters of its company's name, and its country. */
  name: string | null;
};

/** Leads with the same keys belong to the same accounts, and not to the same accounts. */
export function ruleOutKeys(lead: LeadEntry, classes: DomainClasses): RuleOutKeys {
  const forms = [mailForms(lead.email, classes), siteForms(lead.website, classes)];
  const domain = forms.find((each) => each?.kind === "business")?.domain ?? null;
  if (domain !== null) return { domain, name: null };
  const name = nameForms(lead.company);
  const { country } = placeForms(lead);
  return { domain: null, name: name === null ? null : `${name.joined}|${country ?? ""}` };
}
