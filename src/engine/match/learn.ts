import type { Base } from "./base.ts";
import { candidatesOf } from "./candidates.ts";
import { compareAll } from "./compare.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { hashText } from "./hash.ts";
import { leadForms } from "./lead-forms.ts";
import type { Judged } from "./measure-matches.ts";
import type { Signs } from "./signs.ts";
import { type TrainOptions, trainWeights, withMissing } from "./train.ts";
import { likelihoods, pointsOf, type Weights } from "./weights.ts";

/** A lead of which somebody said which account it belongs to; `accountId` null: to none. */
export type LabelledLead = { id: string; slice: string; accountId: string | null; lead: LeadEntry };

/** A labelled lead with what was seen of each of its candidates, and how much it counts beside the others. */
export type Prepared = LabelledLead & { accountIds: readonly string[]; candidates: readonly Signs[]; count: number };

export function prepareLead(labelled: LabelledLead, base: Base, classes: DomainClasses): Prepared {
  const forms = leadForms(labelled.lead, classes);
  const compared = compareAll(forms, candidatesOf(forms, [base]));
  return {
    ...labelled,
    accountIds: compared.map(({ account }) => base.idOf(account)),
    candidates: compared.map(({ found }) => found),
    count: 1,
  };
}

/** Share of the leads with an account whose account is among their candidates: no weights find what is not looked at. */
export function candidateRecall(prepared: readonly Prepared[]): number {
  const withAccount = prepared.filter(({ accountId }) => accountId !== null);
  const found = withAccount.filter(({ accountId, accountIds }) => accountId !== null && accountIds.includes(accountId));
  return withAccount.length === 0 ? 0 : found.length / withAccount.length;
}

export const learn = (prepared: readonly Prepared[], options: TrainOptions): Weights =>
  trainWeights(
    withMissing(
      prepared.map(({ accountId, accountIds, candidates, count }) => ({
        candidates,
        right: accountId === null ? -1 : accountIds.indexOf(accountId),
        count,
      })),
    ),
    options,
  );

/** `likeliest`: the account that it was judged by, taken or not; null: none came into question. */
export type JudgedLead = Judged & { likeliest: string | null };

/** What weights say of a lead: its likeliest account from `threshold` on, with how likely it is. */
export function judge(
  { slice, accountId, accountIds, candidates }: Prepared,
  weights: Weights,
  threshold: number,
): JudgedLead {
  const chances = likelihoods(candidates.map((found) => pointsOf(found, weights)));
  let best = -1;
  for (const [at, chance] of chances.entries()) if (chance > (chances[best] ?? 0)) best = at;
  const confidence = chances[best] ?? 0;
  const likeliest = accountIds[best] ?? null;
  return { slice, right: accountId, found: confidence >= threshold ? likeliest : null, confidence, likeliest };
}

type CrossValidation = { folds: number; seed: number; threshold: number } & TrainOptions;

/**
 * Judges each lead by weights that were learned without it: leads are dealt to folds by their ids and the seed, and those of
 * a fold are judged by what the other folds teach, `others` as well: the same leads among other accounts.
 */
export function crossValidate(
  prepared: readonly Prepared[],
  others: readonly Prepared[],
  { folds, seed, threshold, ...options }: CrossValidation,
): Judged[] {
  const foldOf = ({ id }: Prepared): number => hashText(id, seed) % folds;
  return Array.from({ length: folds }, (_, fold) => {
    const weights = learn(
      [...prepared, ...others].filter((each) => foldOf(each) !== fold),
      options,
    );
    return prepared.filter((each) => foldOf(each) === fold).map((each) => judge(each, weights, threshold));
  }).flat();
}
