import { emailDomain, websiteDomain, websiteHost } from "../normalise/domain.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";

export type NoDomain = "no-domain" | "free-mail" | "disposable" | "platform" | "unknown-domain";

/** Why a lead that belongs to no known account is not found by its domain: what its e-mail, else its website, lacks. */
export function whyNoDomain(
  { email, website }: Pick<LeadEntry, "email" | "website">,
  classes: DomainClasses,
): NoDomain {
  const mail = classOf(emailDomain(email).domain, classes);
  if (mail !== "no-domain") return mail;
  const host = websiteHost(website);
  if (host !== null && classes.isPlatform(host)) return "platform";
  return classOf(websiteDomain(website).domain, classes);
}

function classOf(domain: string | null, { isDisposable, isFreeMail }: DomainClasses): NoDomain {
  if (domain === null) return "no-domain";
  if (isDisposable(domain)) return "disposable";
  return isFreeMail(domain) ? "free-mail" : "unknown-domain";
}
