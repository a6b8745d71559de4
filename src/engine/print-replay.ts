import { cleanText } from "./clean-text.ts";
import type { Decision, Outcome, Step, Tier } from "./decision.ts";
import { stepInWords } from "./explain.ts";
import { tierNames } from "./explain-tier.ts";
import { destinationOf } from "./first-difference.ts";
import { type Names, repName } from "./names.ts";
import { meaningOf } from "./reasons.ts";
import type { Difference, Side, Tally } from "./replay-tally.ts";

/** How names and times are told. */
type Reader = { names: Names; timeZone: string };

const mostReasons = 12;

/** A tally as lines for people. `notes`: what the reader has to know of how it came about; `untold`: what nobody can tell. */
export function printReplay(
  tally: Tally,
  reader: Reader,
  { notes, untold = [] }: { notes: readonly string[]; untold?: readonly string[] },
): string[] {
  if (tally.decisions === 0) return [nothing[tally.before], ...notes, ...untold];
  return [
    headline(tally),
    ...section("Why, the most frequent first", reasons(tally, reader)),
    ...section(
      "Leads per rep: as it was → as it would be",
      amounts(tally, "reps", (id) => repName(reader.names, id)),
    ),
    ...section(
      "Leads per pool",
      amounts(tally, "pools", (id) => id),
    ),
    ...section("Leads that no rep gets", [
      ...amounts(tally, "queues", (id) => `queue ${cleanText(id)}`),
      ...amounts(tally, "stops", meaningOf),
    ]),
    ...section("Left to the waterfall", [`${fallbackShare(tally, "was")} → ${fallbackShare(tally, "now")}`]),
    ...section("Fairness", fairness(tally, reader)),
    ...section("First touch, as far as the hours of those who get the leads tell", firstTouch(tally)),
    ...section("To know", [...leftOut(tally), ...notes]),
    ...section("What the CRM does not tell", untold),
  ];
}

const nothing: Readonly<Record<Tally["before"], string>> = {
  decisions: "There was nothing to decide again in this time.",
  owners: "No lead entered the policy's qualifying stage in this time, as far as the CRM tells.",
};

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `- ${line}`)];

/** What the CRM's owners do not tell. */
const unknown = "(nobody can say)";

function headline({ before, decisions, elsewhere, otherTier }: Tally): string {
  const tier = otherTier === 0 ? "" : ` ${whole(otherTier)} more would have another tier.`;
  const what = before === "owners" ? "leads" : "decisions";
  return `Of ${whole(decisions)} ${what} ${whole(elsewhere)} (${percent(elsewhere, decisions)}) would have gone elsewhere.${tier}`;
}

function reasons(tally: Tally, reader: Reader): string[] {
  const all = [...tally.reasons.values()].sort((a, b) => b.count - a.count);
  const told = all.slice(0, mostReasons);
  const rest = tally.elsewhere - told.reduce((sum, { count }) => sum + count, 0);
  return [
    ...told.map(({ count, example }) => {
      const { was, now } = whyInWords(example, reader);
      const why = tally.before === "owners" ? now : `${was} → ${now}`;
      return `${whole(count)}, such as lead ${example.leadId}: ${why}`;
    }),
    ...(rest > 0 ? [`${whole(rest)} for other reasons: --csv FILE lists each lead.`] : []),
  ];
}

/** What two decisions part over, as sentences: a step, or where a trace that had none goes. The two differ. */
export function whyInWords({ step, was, now }: Difference, reader: Reader): { was: string; now: string } {
  const told = (each: Step | null, { outcome }: Decision): string =>
    each === null ? destinationInWords(outcome, reader.names) : stepInWords(each, reader);
  const steps = { was: told(step.was, was), now: told(step.now, now) };
  if (steps.was !== steps.now) return steps;
  const ends = { was: told(null, was), now: told(null, now) };
  if (ends.was !== ends.now) return ends;
  // Two of one name.
  return { was: destinationOf(was.outcome), now: destinationOf(now.outcome) };
}

/** Where a lead goes, for a table. */
export function destinationInWords(outcome: Outcome, names: Names): string {
  if ("repId" in outcome) return repName(names, outcome.repId);
  if ("ownerId" in outcome) return `${repName(names, outcome.ownerId)} (kept)`;
  if ("queueId" in outcome) return `queue ${cleanText(outcome.queueId)}`;
  if (outcome.kind === "followed") return `whoever gets lead ${outcome.leadId}`;
  return `nobody: ${meaningOf(outcome.because)}`;
}

function amounts(
  { before: known, was, now }: Tally,
  what: "reps" | "pools" | "queues" | "stops",
  nameOf: (id: string) => string,
): string[] {
  const ids = [...new Set([...Object.keys(was[what]), ...Object.keys(now[what])])].sort();
  return ids.map((id) => {
    const [before, after] = [was[what][id] ?? 0, now[what][id] ?? 0];
    if (known === "owners" && what === "pools") return `${nameOf(id)}: ${unknown} → ${whole(after)}`;
    return `${nameOf(id)}: ${whole(before)} → ${whole(after)}${before === after ? "" : ` (${signed(after - before, 0)})`}`;
  });
}

const fallbackShare = (tally: Tally, side: "was" | "now"): string =>
  isUnknown(tally, side) ? unknown : percent(tally[side].fallbacks, tally.decisions);

const isUnknown = ({ before }: Tally, side: "was" | "now"): boolean => side === "was" && before === "owners";

function fairness(tally: Tally, { names }: Reader): string[] {
  const nameIn = ({ poolsOfPools }: Side, poolId: string, id: string): string =>
    poolsOfPools.includes(poolId) ? `pool ${id}` : repName(names, id);
  const credit = (side: "was" | "now"): string => {
    const { mostCredit: most } = tally[side];
    if (isUnknown(tally, side)) return unknown;
    if (most === null) return "none";
    return `${signed(most.credit, 2)} (${nameIn(tally[side], most.poolId, most.repId)} in ${most.poolId})`;
  };
  const share = (side: "was" | "now"): string => {
    if (isUnknown(tally, side)) return unknown;
    const far = furthestShare(tally[side]);
    if (far === null) return "none";
    const { repId, poolId, given, due } = far;
    return `${signed(given - due, 1)} leads (${nameIn(tally[side], poolId, repId)} in ${poolId}: ${whole(given)} for ${due.toFixed(1)} due)`;
  };
  return [
    `the furthest that a credit went from 0: ${credit("was")} → ${credit("now")}`,
    `the furthest from their share by weight: ${share("was")} → ${share("now")}`,
  ];
}

/** Whose picks are furthest from those that were due to them; null: nobody was picked by turn. */
export function furthestShare({ shares }: Side) {
  const all = Object.entries(shares).flatMap(([poolId, pool]) =>
    Object.entries(pool).map(([repId, share]) => ({ poolId, repId, ...share })),
  );
  const offOf = ({ given, due }: { given: number; due: number }): number => Math.abs(given - due);
  return all.sort((a, b) => offOf(b) - offOf(a))[0] ?? null;
}

function firstTouch({ was, now }: Tally): string[] {
  const tiers = (Object.keys(tierNames) as Tier[]).filter((tier) => was.limits[tier] ?? now.limits[tier]);
  const told = (side: Side, tier: Tier): string => {
    const limits = side.limits[tier];
    if (limits === undefined) return "no lead";
    const { leads, withinHours, minutes } = limits;
    return `${percent(withinHours, leads)} of ${whole(leads)} leads with somebody who works until the limit, which comes after ${duration(minutes / leads)} on average`;
  };
  return tiers.map((tier) => `${tierNames[tier]}: ${told(was, tier)} → ${told(now, tier)}`);
}

function leftOut({ before, erased, moot, held }: Tally): string[] {
  return [
    ...(held === 0
      ? []
      : [
          `${whole(held)} of the leads that would have gone elsewhere ${before === "owners" ? "would still be held in a list at the end of this time" : "would be held in a list until somebody can take them: who that is in the end a replay does not follow"}, and they count for no rep here.`,
        ]),
    ...(erased === 0 ? [] : [`${whole(erased)} decisions were left out: the facts of their leads were erased.`]),
    ...(moot === 0
      ? []
      : [
          `${whole(moot)} reassignments were left out: they took a lead from a rep who would not have had it, and nobody knows how the other one would have done.`,
        ]),
  ];
}

function duration(minutes: number): string {
  return minutes < 90 ? `${Math.round(minutes)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

const whole = (count: number): string => count.toLocaleString("en");
const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;
const signed = (value: number, digits: number): string => `${value > 0 ? "+" : ""}${value.toFixed(digits)}`;
