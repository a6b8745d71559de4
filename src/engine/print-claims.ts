import { isClaimStage } from "./claimants.ts";
import { conditionInWords, fieldInWords } from "./condition-in-words.ts";
import type { DuplicateSign } from "./duplicates/signs.ts";
import { stageName } from "./explain.ts";
import { listed } from "./in-words.ts";
import { isOwnershipStage } from "./ownership.ts";
import type { Policy } from "./policy.ts";

const claimTexts: Readonly<Record<string, string>> = {
  "open-opportunity": "the owner of an open deal with its account",
  customer: "the owner of its account, when that is a customer",
  "owned-account": "the owner of its account",
};

const signTexts: Readonly<Record<DuplicateSign, string>> = {
  email: "the same e-mail address",
  phone: "the same phone number",
  name: "nearly the same name at one account",
};

function duplicates({ match }: Policy["duplicates"]): string[] {
  if (match.length === 0) return [];
  const signs = listed(
    match.map((sign) => signTexts[sign]),
    "or",
  );
  return [
    `Duplicate: whoever has an earlier lead of the same person (${signs}); while nobody has, it waits for that one's owner.`,
  ];
}

function partners({ partner, stages }: Policy): string[] {
  if (partner === null || !stages.includes("partner")) return [];
  const { registered, referral, poolId, queueId } = partner;
  const then = `pool ${poolId}, and while nobody there can take it the queue ${queueId}`;
  return [
    ...(registered === null
      ? []
      : [
          `Partner, before anybody's claim, when ${conditionInWords(registered)} (the deal is registered): ${then}. Whose deal or account it would have been is told.`,
        ]),
    ...(referral === null
      ? []
      : [`Partner, after the claims, when ${conditionInWords(referral)} (a referral): ${then}.`]),
  ];
}

/** Who has a claim to a lead, in the order in which they are asked. */
export function claimLines(policy: Policy): string[] {
  const { duplicates: settings, stages, priorContactDays, accountLockDays, customerSuccess } = policy;
  const named = stages.filter(isClaimStage);
  const lock = `the rep who got the last lead of its account, in the last ${accountLockDays} days`;
  const textOf = (stage: string): string => {
    if (stage === "account-lock") return lock;
    if (stage === "prior-owner")
      return `a rep who owns or has owned this person before, else who touched the person in the last ${priorContactDays} days, else who touched the account or got a lead of it in that time`;
    if (stage !== "customer" || customerSuccess === null) return claimTexts[stage] ?? stage;
    return `when its account is a customer, whom ${fieldInWords(customerSuccess)} names, else its owner`;
  };
  return [
    ...duplicates(settings),
    ...partners(policy),
    ...named.map((stage) => `${stageName(stage)}: ${textOf(stage)}.`),
    ...(named.some(isOwnershipStage) || settings.match.length > 0
      ? [
          "A claim counts more than load; one who has left has none. While its owner is away their backup gets the lead, or where there is none the team of its territory, and the owner is told.",
          "Who has a lead by a claim keeps it when they are late: their manager is told.",
        ]
      : []),
    ...(named.includes("account-lock")
      ? ["The account lock counts more than load too, but gives way to absence and to lateness."]
      : []),
  ];
}
