import type { Account } from "../model/account.ts";
import type { FieldValue } from "../model/lead.ts";
import { cleanText } from "./clean-text.ts";
import { butInWords, percent, pointsInWords, rivalInWords } from "./explain-account.ts";
import { ageInWords } from "./in-words.ts";
import { type Names, ownerName } from "./names.ts";
import type { LeadFacts } from "./snapshot.ts";
import { zonedTime } from "./zoned-time.ts";

/** A lead whose account is in question. `facts` null: it was erased; `asked`: the id of the account in question. */
export type Question = { leadId: string; asked: string; askedAt: string; facts: LeadFacts | null };

export type QuestionReader = {
  now: string;
  names: Names;
  /** By id, as the CRM has them now; one that is gone is missing. */
  accounts: Pick<ReadonlyMap<string, Account>, "get">;
  links: { lead(id: string): string; account(id: string): string };
};

/** A question with all that tells companies apart, as lines of plain text: of the lead, of the account in question, of its rivals. */
export function questionInWords({ leadId, asked, askedAt, facts }: Question, reader: QuestionReader): string[] {
  const age = ageInWords(Date.parse(reader.now) - Date.parse(askedAt));
  const head = `Lead ${leadId}, asked ${age} ago: ${reader.links.lead(leadId)}`;
  if (facts === null) return [head, "  It was erased: nothing is known of it any more."];
  const { suggested } = facts;
  const likely =
    suggested === undefined ? "" : `, ${percent(suggested.confidence)} likely${butInWords(suggested.doubt)}`;
  // Its twin may have been merged into the account in question since.
  const rivals = (suggested?.rivals ?? []).filter(({ accountId }) => accountId !== asked);
  return [
    head,
    `  The lead: ${leadInWords(facts.lead.fields)}`,
    `  Is it account ${asked}${likely}: ${accountParts(asked, reader)}`,
    ...pointsInWords(suggested?.points ?? []).map((line) => `    ${line}`),
    ...rivals.map((rival) => `  Or ${rivalInWords(rival)}: ${accountParts(rival.accountId, reader)}`),
  ];
}

/** "Kim Ray, kim@kestrel.example; company Kestrel Ltd; website kestrel.example; place Aarhus, Denmark; phone +45 …" */
function leadInWords(fields: Readonly<Record<string, FieldValue>>): string {
  const { email, firstName, lastName, company, website, phone } = fields;
  const person = inLine([[firstName, lastName].filter(Boolean).join(" "), email]);
  return [
    person || "nobody is named",
    labelled("company", [company], "no company is named"),
    labelled("website", [website], "no website"),
    labelled("place", placeOf(fields), "no place"),
    ...(inLine([phone]) === "" ? [] : [labelled("phone", [phone], "")]),
  ].join("; ");
}

function accountParts(id: string, { accounts, names, links }: QuestionReader): string {
  const account = accounts.get(id);
  if (account === undefined) return "it is not in the CRM any more";
  const { name, domains, ownerId, phone, isCustomer } = account;
  return [
    inLine([name]) || "it has no name",
    labelled("website", domains, "no website"),
    labelled("place", placeOf(account), "no place"),
    ...(inLine([phone]) === "" ? [] : [labelled("phone", [phone], "")]),
    ...(isCustomer ? ["a customer"] : []),
    ownerId === null ? "no owner" : `owner ${ownerName(names, ownerId)}`,
    links.account(id),
  ].join("; ");
}

type Text = string | null | undefined;
type Placed = { city?: Text; postalCode?: Text; state?: Text; country?: Text };

const placeOf = ({ city, postalCode, state, country }: Placed): Text[] => [city, postalCode, state, country];

const inLine = (parts: readonly Text[]): string =>
  parts
    .map((part) => cleanText(part ?? ""))
    .filter((part) => part !== "")
    .join(", ");

function labelled(label: string, parts: readonly Text[], missing: string): string {
  const text = inLine(parts);
  return text === "" ? missing : `${label} ${text}`;
}

/** What a reviewer said. `belongsTo` null: not to the account that they were asked about, and nobody said to which. */
export type ReviewAnswer = { asked: string; belongsTo: string | null; by: string; at: string };

/** "Rita said on Fri 20 Nov 2026, 09:30:07 (Europe/Berlin) that it belongs to account 5, not to account 7" */
export function answerInWords({ asked, belongsTo, by, at }: ReviewAnswer, timeZone: string): string {
  const what = belongsTo === null ? `does not belong to account ${asked}` : `belongs ${whereInWords(belongsTo, asked)}`;
  return `${cleanText(by)} said on ${zonedTime(at, timeZone)} that it ${what}`;
}

/** "to account 5, not to account 7": where a lead belongs that was asked about by an account. */
export const whereInWords = (belongsTo: string, asked: string): string =>
  `to account ${belongsTo}${belongsTo === asked ? "" : `, not to account ${asked}`}`;

/** "leads of the domain acme.example": those for whom an answer counts as well. `key`: as `leadKey` gives it. */
export function alikeInWords(key: string, company: string | null): string {
  const [, domain] = /^domain:(.*)$/.exec(key) ?? [];
  return domain === undefined
    ? `leads of a company called ${cleanText(company ?? "")}`
    : `leads of the domain ${domain}`;
}
