/** What decides between accounts that a lead may belong to alike, the first that tells them apart; then the lower id. */
export const accountTieBreakers = ["open-opportunity", "customer", "active-owner", "recent-activity"] as const;
export type AccountTieBreaker = (typeof accountTieBreakers)[number];

/** What an account is worth that only the domain speaks for, when the name says otherwise or nothing. */
export const domainOnlyModes = ["off", "fallback", "always"] as const;

/** How a lead finds its account, as the policy has it. */
export type Matching = {
  /** How likely an account must be to be taken as it is, and to be put before a reviewer: probabilities, 0 to 1. */
  automatic: number;
  review: number;
  /**
   * `off`: a reviewer is asked where the domain is all that speaks for an account; `fallback`: it counts as much as it has
   * proven to be worth; `always`: whoever has the domain is taken, whatever the lead calls its company.
   */
  domainOnly: (typeof domainOnlyModes)[number];
  /** A name without the account's domain needs a second proof: place or phone. Else a reviewer is asked. */
  secondProof: boolean;
  /** Whose lead it is: of the account that was found, or of the one at the top of its family. */
  hierarchy: "own" | "top";
  /** Is a lead that is given to a rep made a person of its account, where the CRM tells the two apart? */
  convert: boolean;
  tieBreakers: readonly AccountTieBreaker[];
  /** The CRM's own fields of accounts that hold other names of theirs, without `account.crm.`. */
  otherNames: readonly string[];
};
