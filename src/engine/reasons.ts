import type { ReasonCode } from "./decision.ts";

/** What each code means, as the end of a sentence. A code that a policy brings itself is shown as words. */
const meanings: Readonly<Record<ReasonCode, string>> = {
  // A stage did not apply.
  "no-account": "no account is known for this lead",
  "no-open-opportunity": "the account has no open deal",
  "has-no-owner": "nobody owns it",
  "account-has-no-owner": "nobody owns the account",
  "owner-inactive": "its owner is not active any more",
  "owner-breached": "its owner did not get to this lead in time",
  "not-a-customer": "the account is no customer",
  "no-prior-owner": "no rep has had this person before",
  reassignment: "the lead is being given to somebody else",
  "country-unknown": "the country is not known",
  "no-territory": "no territory covers the country",
  "everyone-fits": "everyone who was left fits",
  "no-segment": "no segment covers the company's size",
  "no-specialists": "no rep is set aside for this segment",
  "language-unknown": "the lead's language is not known",
  "nobody-speaks-it": "nobody in the pool is said to speak the lead's language",
  "no-vertical": "no vertical of the policy fits the lead",
  "no-vertical-specialists": "no rep is set aside for this vertical",
  "any-rep-may": "any rep may take this tier",
  // A rep may not take the lead now.
  inactive: "not active",
  away: "away",
  "no-backup": "nobody stands in for the owner",
  // A claim decided.
  "open-opportunity": "there is an open deal with its account",
  customer: "its account is a customer",
  "owned-account": "its account has an owner",
  "prior-owner": "a rep has had this person before",
  "off-shift": "outside their working hours",
  "at-capacity": "already at full capacity",
  breached: "did not get to this lead in time",
  // A rep was chosen.
  credit: "next in turn",
  "credit-then-load": "next in turn, and less loaded than others who were",
  "credit-then-seniority": "next in turn, and more senior than others who were",
  "credit-then-hash": "next in turn; others were too, so a fixed draw decided",
  "only-candidate": "the only one free to take it",
  "effective-weight": "has the highest weight for the load",
  "effective-weight-then-load": "has the highest weight for the load, and is less loaded than others who do",
  "effective-weight-then-seniority": "has the highest weight for the load, and is more senior than others who do",
  "effective-weight-then-hash": "has the highest weight for the load; others do too, so a fixed draw decided",
  "lowest-load": "has the lowest load",
  "lowest-load-then-load": "has the lowest load",
  "lowest-load-then-seniority": "has the lowest load, and is more senior than others who do",
  "lowest-load-then-hash": "has the lowest load; others do too, so a fixed draw decided",
  // A level of the waterfall.
  available: "somebody there can take it",
  "nobody-available": "nobody could take it",
  "first-to-start": "nobody is on shift; the first to start gets it",
  "owners-exhausted": "as many reps as the policy allows have had it without getting to it",
  // An end without a rep.
  "human-owner": "a person gave it to its owner not long ago, and that stands",
  "no-longer-qualified": "it has left the qualifying stage",
  nurture: "its score is too low for a rep; it stays in nurture",
  "do-not-route": "it is marked as not to be routed",
  competitor: "the account is a competitor",
  // The data.
  "email-missing": "no e-mail address",
  "email-invalid": "an e-mail address that cannot be one",
  "website-invalid": "a website that cannot be one",
  "score-missing": "no score",
  "score-not-understood": "a score that is no number",
  "free-mail": "a free-mail address, which names no company",
  disposable: "a disposable e-mail address",
  platform: "a website on a platform, which names no company",
  "no-domain": "no domain that names a company",
  "unknown-domain": "a domain that no account has",
  "country-missing": "no country",
  "country-not-understood": "a country that we do not know",
  "country-differs": "the contact's country differs from the company's, which counts",
  "postal-code-not-understood": "a postal code that is none",
  "state-not-understood": "a state that we do not know",
  "employees-missing": "no number of employees",
  "language-not-understood": "a language that we do not know",
  "employees-not-understood": "a number of employees that is none",
  "employees-band": "a range of employees, of which the middle counts",
  // The tier rules of the shipped policy.
  "hand-raiser": "asked to talk to sales",
  "score-80": "scored 80 or more",
  "score-60-engaged": "scored 60 or more and was active in the last 30 days",
  "score-60-not-engaged": "scored 60 or more, but was not active in the last 30 days",
  "score-40": "scored 40 or more",
  "score-below-40": "scored below 40",
  "low-fit": "has a fit score below 20, which allows no higher tier",
  "no-tier-rule": "no rule of the policy says otherwise",
};

/** A code's meaning, as the end of a sentence. */
export const meaningOf = (code: ReasonCode): string =>
  Object.hasOwn(meanings, code) ? (meanings[code] ?? code) : code.replaceAll("-", " ");

export const sentenceStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
