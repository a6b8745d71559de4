import type { Base } from "./base.ts";
import { byId } from "./by-id.ts";
import { candidatesOf } from "./candidates.ts";
import { compareAll } from "./compare.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { leadForms } from "./lead-forms.ts";
import type { Evidence } from "./points.ts";
import type { Signs } from "./signs.ts";
import { likelihoods, pointsOf, type Weights } from "./weights.ts";
import { isWholeName } from "./whole-name.ts";

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
  const compared = compareAll(forms, candidatesOf(forms, bases));
  const chances = likelihoods(compared.map(({ found }) => pointsOf(found, weights)));
  const ranked = compared
    .map(({ base, account, found }, at) => ({ accountId: base.idOf(account), found, confidence: chances[at] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence || byId(a.accountId, b.accountId));
  const told = ({ accountId, confidence, found }: (typeof ranked)[number]): Ranked => ({
    accountId,
    confidence,
    evidence: evidenceOf(found, weights),
  });
  const [best, ...others] = ranked;
  if (best === undefined) return { best: null, runnersUp: [] };
  // However unlikely: that the lead's name is all another account's is to be seen, wherever that account is.
  const namesake = others.find(({ found }) => isWholeName(found.map(([sign]) => sign)));
  const runnersUp = others.filter(
    (each, rank) =>
      each === namesake ||
      each.confidence >= best.confidence * nearlyAsLikely ||
      (rank < mostRunnersUp && (each.confidence >= leastOfRunnerUp || sharesDomain(each.found))),
  );
  return { best: told(best), runnersUp: runnersUp.map(told) };
}

const sharesDomain = (found: Signs): boolean =>
  found.some(([sign]) => sign === "domain-shared" || sign === "domain-own");

const evidenceOf = (found: Signs, weights: Weights): Evidence[] =>
  found.map(([sign, value]) => ({ sign, points: weights.signs[sign] * value }));
