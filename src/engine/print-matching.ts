import { listed } from "./in-words.ts";
import type { AccountTieBreaker, Matching } from "./match/matching.ts";

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

const tieBreakerTexts: Readonly<Record<AccountTieBreaker, string>> = {
  "open-opportunity": "an open deal",
  customer: "being a customer",
  "active-owner": "an owner who is active",
  "recent-activity": "the more recent activity",
};

const domainTexts: Readonly<Record<Matching["domainOnly"], string>> = {
  off: "Where only the domain speaks for an account, a reviewer is asked.",
  fallback: "A domain alone is enough where it proves as much.",
  always: "Whoever has the lead's domain is its account, whatever the lead calls its company.",
};

/** How a lead finds its account, in plain language. */
export function matchingLines(matching: Matching): string[] {
  const { automatic, review, domainOnly, secondProof, hierarchy, tieBreakers, otherNames } = matching;
  const names = otherNames.length === 0 ? "" : ` Other names of accounts stand in ${listed(otherNames)}.`;
  return [
    `The account that the CRM has for a lead is its account. Else the one that is at least ${percent(automatic)} likely by domain, name, place and phone; from ${percent(review)} on a reviewer is asked, and meanwhile it has none.${names}`,
    ...(secondProof
      ? ["A name without the account's domain needs a second proof: country, city, postal code or phone."]
      : []),
    domainTexts[domainOnly],
    `Of accounts that are as likely and have one domain, or are one company twice, goes first the one with ${[...tieBreakers.map((each) => tieBreakerTexts[each]), "the lower id"].join(", then ")}.`,
    ...(hierarchy === "top" ? ["A part's lead belongs to the head of its family."] : []),
  ];
}
