import { cleanText } from "./clean-text.ts";
import { listed } from "./in-words.ts";
import { pointInWords } from "./match/points.ts";
import { meaningOf } from "./reasons.ts";
import type { AccountSuggestion, Doubt, LeadFacts, MatchedAccount, Point, Rival } from "./snapshot.ts";

const matchedBy: Readonly<Record<MatchedAccount["by"], string>> = {
  "crm-association": "as the CRM has it",
  reviewer: "as a reviewer said of leads like it",
  "email-domain": "by the domain of its e-mail",
  "website-domain": "by the domain of its website",
  likeness: "by its name, place and phone",
};

/** What people call each CRM, by its name: a policy and a lead's facts have the name. */
export type CrmTitles = Readonly<Record<string, string>>;

/** Which account a lead belongs to, or may belong to, and what speaks for and against that. Plain text. */
export function accountInWords({ match, noMatchBecause, suggested }: LeadFacts, titles: CrmTitles): string[] {
  if (match !== null) return [matchInWords(match, titles), ...pointsInWords(match.points ?? [])];
  if (suggested !== undefined) return [suggestionInWords(suggested), ...pointsInWords(suggested.points)];
  return [`It belongs to no known account: ${meaningOf(noMatchBecause ?? "no-account")}.`];
}

function matchInWords(match: MatchedAccount, titles: CrmTitles): string {
  const { account, by, evidence, confidence, rivals, foundAs } = match;
  const how = by === "crm-association" || evidence === "" ? matchedBy[by] : `${matchedBy[by]}, ${cleanText(evidence)}`;
  const likely = confidence === undefined ? "" : `, ${percent(confidence)} likely`;
  const part = foundAs === undefined ? "" : `, as the head of account ${foundAs}`;
  return `It belongs to ${named(account)}${placeOf(match, titles)}, ${how}${likely}${part}${before(rivals)}.`;
}

/** " in Acme CRM", of an account that another CRM than the lead's has; else "". */
const placeOf = ({ crm }: MatchedAccount, titles: CrmTitles): string =>
  crm === undefined ? "" : ` in ${Object.hasOwn(titles, crm) ? titles[crm] : crm}`;

/** "account Globex (10306) in Acme CRM", where it is the one that was found; else by its id alone. */
export function accountWithId(id: string, { match }: Pick<LeadFacts, "match">, titles: CrmTitles): string {
  const name = match?.account.id === id ? cleanText(match.account.name ?? "") : "";
  return match === null || name === "" ? `account ${id}` : `account ${name} (${id})${placeOf(match, titles)}`;
}

/** "It may belong to Acme (account 12), 97 % likely, but nothing beside its name says so: a reviewer is asked." */
export function suggestionInWords({ accountId: id, name, confidence, rivals, doubt }: AccountSuggestion): string {
  return `It may belong to ${named({ id, name })}, ${percent(confidence)} likely${before(rivals)}${butInWords(doubt)}: a reviewer is asked.`;
}

/** ", but nothing beside its name says so"; "" where it is not likely enough, which the share says already. */
export const butInWords = (doubt: Doubt | undefined): string => (doubt === undefined ? "" : doubts[doubt]);

const doubts: Readonly<Record<Doubt, string>> = {
  "not-likely-enough": "",
  "name-alone": ", but nothing beside its name says so",
  "domain-alone": ", but by its domain alone, and it names no company",
  "name-of-another": ", but the lead's name is another account's",
  "one-word": ", but the names have a single word in common",
  "one-of-several": ", but as well to another",
  "domain-of-contacts":
    ", but the domain is one of the account's contacts', and the lead's company is called otherwise",
};

const before = (rivals: readonly Rival[]): string =>
  rivals.length === 0 ? "" : `, before ${listed(rivals.map(rivalInWords))}`;

/** "account 12 (less likely, 8 %)" */
export function rivalInWords({ accountId, because, confidence }: Rival): string {
  const likely = because === "less-likely" && confidence !== undefined ? `, ${percent(confidence)}` : "";
  return `account ${accountId} (${because.replaceAll("-", " ")}${likely})`;
}

const named = ({ id, name }: { id: string; name: string | null }): string =>
  `${cleanText(name ?? "") || "an account without a name"} (account ${id})`;

/** "For it: the whole name +3.1, the same country +0.8. Against it: another city −0.7." */
export function pointsInWords(points: readonly Point[]): string[] {
  const of = (isWanted: (worth: number) => boolean): string =>
    points
      .filter(([, worth]) => isWanted(worth))
      .map(pointInWords)
      .join(", ");
  const [pro, contra] = [of((worth) => worth > 0), of((worth) => worth < 0)];
  const told = [...(pro === "" ? [] : [`For it: ${pro}.`]), ...(contra === "" ? [] : [`Against it: ${contra}.`])];
  return told.length === 0 ? [] : [told.join(" ")];
}

/** Never "100 %": nothing here is certain. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return rounded >= 100 ? "over 99 %" : `${Math.max(rounded, 1)} %`;
}
