import type { Base } from "./base.ts";
import { byId } from "./by-id.ts";
import { type Candidates, candidatesOf } from "./candidates.ts";
import { compareWith, countOwners } from "./compare.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { type LeadForms, leadForms } from "./lead-forms.ts";
import type { Evidence } from "./points.ts";
import type { Signs } from "./signs.ts";
import { likelihoods, pointsOf, type Weights } from "./weights.ts";

export type Ranked = { accountId: string; confidence: number; evidence: readonly Evidence[] };

/** `best` is the likeliest account, however likely; null: none has anything in common with the lead. */
export type Matched = { best: Ranked | null; runnersUp: readonly Ranked[] };

/** `bases`: no account is in two of them. */
export type Matcher = { bases: readonly Base[]; classes: DomainClasses; weights: Weights };

const mostRunnersUp = 3;
const leastOfRunnerUp = 0.01;
/** All that are nearly as likely as the best are runners-up: tie-breakers choose among them. */
const nearlyAsLikely = 0.7;

/** The account that a lead belongs to, how likely and why. Pure: the same lead and base give the same answer. */
export function match(lead: LeadEntry, { bases, classes, weights }: Matcher): Matched {
  const forms = leadForms(lead, classes);
  const compared = candidatesOf(forms, bases).flatMap((candidates) => comparedWith(forms, candidates, bases));
  const chances = likelihoods(compared.map(({ found }) => pointsOf(found, weights)));
  const ranked = compared
    .map((each, at) => ({ ...each, confidence: chances[at] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence || byId(a.accountId, b.accountId));
  const told = ({ accountId, confidence, found }: (typeof ranked)[number]): Ranked => ({
    accountId,
    confidence,
    evidence: evidenceOf(found, weights),
  });
  const [best, ...others] = ranked;
  if (best === undefined) return { best: null, runnersUp: [] };
  const runnersUp = others.filter(
    ({ confidence, found }, rank) =>
      confidence >= best.confidence * nearlyAsLikely ||
      (rank < mostRunnersUp && (confidence >= leastOfRunnerUp || sharesDomain(found))),
  );
  return { best: told(best), runnersUp: runnersUp.map(told) };
}

type Compared = { accountId: string; found: Signs };

function comparedWith(forms: LeadForms, { base, accounts, readings }: Candidates, bases: readonly Base[]): Compared[] {
  if (accounts.length === 0) return [];
  const others = bases.filter((other) => other !== base);
  const elsewhere = others.reduce((sum, other) => sum + countOwners(forms, other), 0);
  const compare = compareWith(forms, readings, base, elsewhere);
  return accounts.map((account) => ({ accountId: base.idOf(account), found: compare(account) }));
}

const sharesDomain = (found: Signs): boolean =>
  found.some(([sign]) => sign === "domain-shared" || sign === "domain-own");

const evidenceOf = (found: Signs, weights: Weights): Evidence[] =>
  found.map(([sign, value]) => ({ sign, points: weights.signs[sign] * value }));
