import { type Sign, type Signs, signNames } from "./signs.ts";
import { likelihoods, type Weights } from "./weights.ts";

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

/** Each lead, and where it has an account the same lead as if that one were not in the base. */
export const withMissing = (examples: readonly Example[]): Example[] =>
  examples.flatMap((example) => {
    if (example.right === -1) return [example];
    const candidates = example.candidates.filter((_, at) => at !== example.right);
    return [example, { candidates, right: -1, count: example.count * countOfMissing }];
  });

const firstStep = 0.15;
const lastStep = 0.03;
/** Share of the rounds after which steps are small. */
const settling = 0.7;

/**
 * Weights under which the right accounts are likeliest, by Adam (Kingma and Ba 2015) on all examples at once: the same
 * examples in the same order give the same weights.
 */
export function trainWeights(examples: readonly Example[], { penalty, rounds }: TrainOptions): Weights {
  const packed = examples.map(pack);
  const size = signNames.length + 1;
  const weights = new Float64Array(size);
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const gradient = new Float64Array(size);
  const total = examples.reduce((sum, { count }) => sum + count, 0) || 1;
  for (let round = 1; round <= rounds; round += 1) {
    gradient.fill(0);
    for (const example of packed) addGradient(example, weights, gradient);
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

/** Places of signs and their values, candidate after candidate; the last place is that of any account at all. */
type Packed = { places: Uint16Array[]; values: Float64Array[]; right: number; count: number };

const placeOf = new Map(signNames.map((sign, at) => [sign, at]));

const pack = ({ candidates, right, count }: Example): Packed => ({
  places: candidates.map((found) =>
    Uint16Array.from([...found.map(([sign]) => placeOf.get(sign) ?? 0), signNames.length]),
  ),
  values: candidates.map((found) => Float64Array.from([...found.map(([, value]) => value), 1])),
  right,
  count,
});

function addGradient({ places, values, right, count }: Packed, weights: Float64Array, gradient: Float64Array): void {
  const points = places.map((of, candidate) => {
    const worth = values[candidate] as Float64Array;
    let sum = 0;
    for (let at = 0; at < of.length; at += 1) sum += (weights[of[at] as number] as number) * (worth[at] as number);
    return sum;
  });
  for (const [candidate, likelihood] of likelihoods(points).entries()) {
    const error = (likelihood - (candidate === right ? 1 : 0)) * count;
    if (Math.abs(error) < 1e-7) continue;
    const of = places[candidate] as Uint16Array;
    const worth = values[candidate] as Float64Array;
    for (let at = 0; at < of.length; at += 1) {
      const place = of[at] as number;
      gradient[place] = (gradient[place] as number) + error * (worth[at] as number);
    }
  }
}
