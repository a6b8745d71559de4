import { listed } from "./in-words.ts";
import type { AccountTieBreaker, Matching } from "./match/matching.ts";

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

const tieBreakerTexts: Readonly<Record<AccountTieBreaker, string>> = {
  "open-opportunity": "which has an open deal",
  customer: "which is a customer",
  "active-owner": "which has an owner who is active",
  "recent-activity": "where something happened more recently",
};

const domainTexts: Readonly<Record<Matching["domainOnly"], string>> = {
  off: "An account that has the lead's domain, but is not called like the lead's company, is never taken without asking a reviewer, however likely it is.",
  fallback:
    "An account that has the lead's domain, but is not called like the lead's company, goes like any other by how likely that makes it.",
  always:
    "The account that has the domain of the lead's e-mail or website is always its account, whatever company the lead names.",
};

/** How a lead finds its account, in plain language. */
export function matchingLines(matching: Matching): string[] {
  const { automatic, review, domainOnly, secondProof, hierarchy, convert, tieBreakers, otherNames } = matching;
  const names = otherNames.length === 0 ? "" : ` Other names of accounts stand in ${listed(otherNames)}.`;
  return [
    `The account that the CRM has for a lead is its account. Else the one that is at least ${percent(automatic)} likely by domain, name, place and phone${review < automatic ? `; from ${percent(review)} on a reviewer is asked, and meanwhile it has none` : ""}.${names}`,
    "However likely, a reviewer is asked where the names have a single word in common and nothing of the domain's, and where the lead's name is another account's than the one that has its domain.",
    ...(secondProof
      ? [
          "A name without the account's domain needs a second proof: country, city, postal code or phone; without one a reviewer is asked.",
        ]
      : []),
    domainTexts[domainOnly],
    `Where two accounts have the lead's domain, or are one company that is there twice, and one is about as likely as the other, the first of these that tells them apart decides: ${[...tieBreakers.map((each) => tieBreakerTexts[each]), "which has the lower id"].join("; ")}.`,
    ...(convert
      ? [
          "Once it has its rep and its task, a lead with an account is converted into a contact of that account, in the rep's name and without a deal, where the CRM tells leads from contacts; not one whose company is called otherwise, unless the CRM or a reviewer says that it is the account's.",
        ]
      : []),
    ...(hierarchy === "top" ? ["A part's lead belongs to the head of its family."] : []),
  ];
}
