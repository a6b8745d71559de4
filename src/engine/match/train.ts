import { type Sign, type Signs, signNames } from "./signs.ts";
import type { Weights } from "./weights.ts";

/** A lead with the signs of its candidates; `right`: which of them it belongs to, -1: none. `count`: how much it counts. */
export type Example = { candidates: readonly Signs[]; right: number; count: number };

export type TrainOptions = {
  /** How dear large weights are: what few leads show is not believed. */
  penalty: number;
  rounds: number;
};

export const usualTraining: TrainOptions = { penalty: 0.3, rounds: 400 };

/** A lead whose account is not there teaches which strangers look like it. */
const countOfMissing = 0.3;

/**
 * Each lead, and where it has an account the same lead as if that one were not in the base; unless another has its domain,
 * which may well be the right one then.
 */
export const withMissing = (examples: readonly Example[]): Example[] =>
  examples.flatMap((example) => {
    if (example.right === -1) return [example];
    const candidates = example.candidates.filter((_, at) => at !== example.right);
    if (candidates.some(hasDomain)) return [example];
    return [example, { candidates, right: -1, count: example.count * countOfMissing }];
  });

export const hasDomain = (found: Signs): boolean =>
  found.some(([sign]) => sign === "domain-own" || sign === "domain-shared");

const firstStep = 0.15;
const lastStep = 0.03;
/** Share of the rounds after which steps are small. */
const settling = 0.7;

/**
 * Weights under which the right accounts are likeliest, by Adam (Kingma and Ba 2015) on all examples at once: the same
 * examples in the same order give the same weights.
 */
export function trainWeights(examples: readonly Example[], { penalty, rounds }: TrainOptions): Weights {
  const packed = pack(examples);
  const odds = new Float64Array(packed.most);
  const size = signNames.length + 1;
  const weights = new Float64Array(size);
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const gradient = new Float64Array(size);
  const total = examples.reduce((sum, { count }) => sum + count, 0) || 1;
  for (let round = 1; round <= rounds; round += 1) {
    gradient.fill(0);
    for (let example = 0; example < examples.length; example += 1)
      addGradient(packed, example, weights, gradient, odds);
    const step = round < rounds * settling ? firstStep : lastStep;
    for (let at = 0; at < size; at += 1) {
      const held = at < size - 1 ? penalty * (weights[at] ?? 0) : 0;
      const slope = ((gradient[at] ?? 0) + held) / total;
      first[at] = 0.9 * (first[at] ?? 0) + 0.1 * slope;
      second[at] = 0.999 * (second[at] ?? 0) + 0.001 * slope * slope;
      const mean = (first[at] ?? 0) / (1 - 0.9 ** round);
      const spread = Math.sqrt((second[at] ?? 0) / (1 - 0.999 ** round));
      weights[at] = (weights[at] ?? 0) - (step * mean) / (spread + 1e-8);
    }
  }
  const signs = Object.fromEntries(signNames.map((sign, at) => [sign, rounded(weights[at] ?? 0)])) as Record<
    Sign,
    number
  >;
  return { any: rounded(weights[size - 1] ?? 0), signs };
}

const rounded = (weight: number): number => Math.round(weight * 1_000) / 1_000;

/**
 * All examples in a row: the candidates of an example are `candidateStarts[example]` to `candidateStarts[example + 1]`,
 * signs of a candidate likewise; the last sign of each is that of any account at all.
 */
type Packed = {
  candidateStarts: Uint32Array;
  signStarts: Uint32Array;
  places: Uint16Array;
  values: Float64Array;
  /** By example: the candidate among its own, -1: none; and how much it counts. */
  right: Int32Array;
  count: Float64Array;
  most: number;
};

const placeOf = new Map(signNames.map((sign, at) => [sign, at]));

function pack(examples: readonly Example[]): Packed {
  const candidates = examples.flatMap((example) => example.candidates);
  const total = candidates.reduce((sum, { length }) => sum + length + 1, 0);
  const packed: Packed = {
    candidateStarts: new Uint32Array(examples.length + 1),
    signStarts: new Uint32Array(candidates.length + 1),
    places: new Uint16Array(total),
    values: new Float64Array(total),
    right: Int32Array.from(examples, ({ right }) => right),
    count: Float64Array.from(examples, ({ count }) => count),
    most: examples.reduce((most, example) => Math.max(most, example.candidates.length), 0),
  };
  for (const [at, example] of examples.entries())
    packed.candidateStarts[at + 1] = (packed.candidateStarts[at] ?? 0) + example.candidates.length;
  let to = 0;
  for (const [at, found] of candidates.entries()) {
    for (const [sign, value] of found) {
      packed.places[to] = placeOf.get(sign) ?? 0;
      packed.values[to] = value;
      to += 1;
    }
    packed.places[to] = signNames.length;
    packed.values[to] = 1;
    to += 1;
    packed.signStarts[at + 1] = to;
  }
  return packed;
}

/** Less than this of an error moves no weight. */
const negligible = 1e-7;

function addGradient(
  packed: Packed,
  example: number,
  weights: Float64Array,
  gradient: Float64Array,
  odds: Float64Array,
) {
  const { candidateStarts, signStarts, places, values } = packed;
  const first = candidateStarts[example] as number;
  const count = (candidateStarts[example + 1] as number) - first;
  let most = 0;
  for (let candidate = 0; candidate < count; candidate += 1) {
    let points = 0;
    const end = signStarts[first + candidate + 1] as number;
    for (let at = signStarts[first + candidate] as number; at < end; at += 1)
      points += (weights[places[at] as number] as number) * (values[at] as number);
    odds[candidate] = points;
    if (points > most) most = points;
  }
  let all = Math.exp(-most);
  for (let candidate = 0; candidate < count; candidate += 1) {
    odds[candidate] = Math.exp((odds[candidate] as number) - most);
    all += odds[candidate] as number;
  }
  for (let candidate = 0; candidate < count; candidate += 1) {
    const isRight = candidate === packed.right[example];
    const error = ((odds[candidate] as number) / all - (isRight ? 1 : 0)) * (packed.count[example] as number);
    if (Math.abs(error) < negligible) continue;
    const end = signStarts[first + candidate + 1] as number;
    for (let at = signStarts[first + candidate] as number; at < end; at += 1) {
      const place = places[at] as number;
      gradient[place] = (gradient[place] as number) + error * (values[at] as number);
    }
  }
}
