import { emailParts, registrableDomain, websiteHost } from "../normalise/domain.ts";

/** What a domain says about who is behind it. */
export type DomainClasses = {
  isFreeMail(domain: string): boolean;
  isDisposable(domain: string): boolean;
  isPlatform(host: string): boolean;
};

/** `business`: a company's own; `provider`: anybody may have an address or a page there. */
export type DomainForms = { host: string; domain: string; label: string; kind: "business" | "provider" };

/** Of an e-mail address; null: there is none that could be one, or one that is thrown away. */
export function mailForms(email: string | null, classes: DomainClasses): DomainForms | null {
  const host = emailParts(email)?.host ?? null;
  const forms = host === null ? null : formsOf(host, classes);
  return forms === null || classes.isDisposable(forms.domain) ? null : forms;
}

/** Of a website; null: there is none, or it is a page at somebody else's. */
export function siteForms(website: string | null, classes: DomainClasses): DomainForms | null {
  const host = website === null ? null : websiteHost(website);
  const forms = host === null ? null : formsOf(host, classes);
  return forms === null || classes.isPlatform(forms.host) ? null : forms;
}

function formsOf(given: string, classes: DomainClasses): DomainForms | null {
  const host = withoutWww(given);
  const domain = registrableDomain(host);
  if (domain === null) return null;
  const label = lettersOf(domain.slice(0, domain.indexOf(".")));
  return { host, domain, label, kind: classes.isFreeMail(domain) ? "provider" : "business" };
}

function withoutWww(host: string): string {
  if (!host.startsWith("www")) return host;
  return host[3] === "." ? host.slice(4) : host.replace(/^www\d\./, "");
}

/** As names are compared: "acme-robotics" is "acmerobotics". */
const lettersOf = (label: string): string => (/[^a-z0-9]/.test(label) ? label.replace(/[^a-z0-9]/g, "") : label);

/** Of a host below the domain, the part that names it: "northclinic" of northclinic.health.example; null: it names nobody. */
export function subLabel({ host, domain }: DomainForms): string | null {
  if (host.length <= domain.length + 1) return null;
  const first = lettersOf(host.slice(0, -domain.length - 1).split(".")[0] ?? "");
  return first.length < fewestOfSub || usual.has(first) ? null : first;
}

const fewestOfSub = 3;

const usual = new Set([
  "web",
  "dev",
  "app",
  "api",
  "new",
  "old",
  "int",
  "shop",
  "store",
  "blog",
  "mail",
  "webmail",
  "home",
  "info",
  "corp",
  "group",
  "global",
  "smtp",
  "careers",
  "jobs",
  "news",
  "about",
  "mobile",
  "portal",
  "online",
]);

/** Calls `put` with what an account with this domain is found by. */
export function eachKeyOfDomain(forms: DomainForms, put: (key: string) => void): void {
  put(`d:${forms.domain}`);
  put(`h:${forms.host}`);
  if (forms.label.length >= shortestLabel) put(`l:${forms.label}`);
  const sub = subLabel(forms);
  if (sub !== null) put(`l:${sub}`);
}

/** One letter is borne by strangers under other endings. */
const shortestLabel = 2;
