import { accountLock } from "./account-lock.ts";
import { ownershipClaimants } from "./ownership.ts";

/** Stages 1–4b: who has a claim to the lead, null: on to the next. */
export const claimants = { ...ownershipClaimants, "account-lock": accountLock };

export const isClaimStage = (stage: string): stage is keyof typeof claimants => Object.hasOwn(claimants, stage);
