/** One figure as a process reports it. `value` of a histogram's bucket is cumulative, as Prometheus has it. */
export type Sample = { name: string; labels: Readonly<Record<string, string | number>>; value: number };

type Of = { label: string; is: string };

/** When a figure is a reason to worry: at the worst of its samples, or by what a counter gained. */
export type Worry =
  | { kind: "above" | "below"; limit: number; unit: Unit }
  | { kind: "older-than"; seconds: number }
  | { kind: "grew"; by: number; minutes: 5 | 15; of?: Of }
  | { kind: "p99-above"; seconds: number; minutes: 15 };

export type Unit = "count" | "seconds" | "bytes";

/** The condition in PromQL. */
export function promqlOf(metric: string, worry: Worry): string {
  switch (worry.kind) {
    case "above":
      return `${metric} > ${limitOf(worry)}`;
    case "below":
      return `${metric} < ${limitOf(worry)}`;
    case "older-than":
      return `time() - ${metric} > ${worry.seconds}`;
    case "grew":
      return `increase(${metric}${selectorOf(worry.of)}[${worry.minutes}m]) > ${worry.by}`;
    case "p99-above":
      return `histogram_quantile(0.99, rate(${metric}_bucket[${worry.minutes}m])) > ${worry.seconds}`;
  }
}

const limitOf = ({ limit, unit }: { limit: number; unit: Unit }) =>
  unit === "bytes" ? `${limit / 1024 ** 3} * 1024^3` : String(limit);

// `5..` for every status from 500 to 599: the one pattern that is needed.
const selectorOf = (of: Of | undefined) =>
  of === undefined ? "" : `{${of.label}=${of.is.includes(".") ? "~" : ""}"${of.is}"}`;

export type Readings = {
  now: readonly Sample[];
  /** What counters stood at so many minutes ago, or at the start of a process that is younger. */
  ago(minutes: 5 | 15): readonly Sample[];
  atSeconds: number;
};

export type Judgement = {
  isFine: boolean;
  /** The worst value, for people. */
  value: string;
  /** Labels of the sample that it is from. */
  at: Sample["labels"];
};

/** Null: there is nothing to judge, such as an account's figure before the first account is there. */
export function judge(metric: string, worry: Worry, readings: Readings): Judgement | null {
  if (worry.kind === "p99-above") return judgeQuantile(metric, worry, readings);
  const samples = readings.now.filter(({ name, value }) => name === metric && !Number.isNaN(value));
  if (worry.kind === "grew") {
    const earlier = readings.ago(worry.minutes).filter(({ name }) => name === metric);
    const gained = sumOf(samples, worry.of) - sumOf(earlier, worry.of);
    return { isFine: gained <= worry.by, value: `${count(gained)} in ${worry.minutes} min`, at: {} };
  }
  const [first, ...rest] = samples;
  if (first === undefined) return null;
  const isWorse = (a: Sample, b: Sample) => (worry.kind === "above" ? a.value > b.value : a.value < b.value);
  const worst = rest.reduce((a, b) => (isWorse(b, a) ? b : a), first);
  if (worry.kind === "older-than") {
    const age = Math.max(0, readings.atSeconds - worst.value);
    return { isFine: age <= worry.seconds, value: `${duration(age)} ago`, at: worst.labels };
  }
  const isFine = worry.kind === "above" ? worst.value <= worry.limit : worst.value >= worry.limit;
  return { isFine, value: inWords(worst.value, worry.unit), at: worst.labels };
}

function sumOf(samples: readonly Sample[], of: Of | undefined): number {
  const pattern = of && new RegExp(`^${of.is}$`);
  return samples
    .filter(({ labels }) => of === undefined || pattern?.test(String(labels[of.label])))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The least bucket that 99 of 100 of the last minutes fit into. */
function judgeQuantile(metric: string, worry: Worry & { kind: "p99-above" }, { now, ago }: Readings): Judgement | null {
  const bucketsOf = (samples: readonly Sample[]) =>
    new Map(samples.filter(({ name }) => name === `${metric}_bucket`).map(({ labels, value }) => [labels.le, value]));
  const earlier = bucketsOf(ago(worry.minutes));
  const gained = [...bucketsOf(now)]
    .map(([le, value]) => ({ bound: le === "+Inf" ? Infinity : Number(le), value: value - (earlier.get(le) ?? 0) }))
    .sort((a, b) => a.bound - b.bound);
  const all = gained.at(-1)?.value ?? 0;
  const bucket = gained.find(({ value }) => value >= 0.99 * all);
  if (all === 0 || bucket === undefined) return null;
  const value = bucket.bound === Infinity ? "more than the longest bucket" : `within ${duration(bucket.bound)}`;
  return { isFine: bucket.bound <= worry.seconds, value, at: {} };
}

export function inWords(value: number, unit: Unit): string {
  if (unit === "seconds") return duration(value);
  if (unit === "count") return count(value);
  if (value >= 1024 ** 3) return `${(value / 1024 ** 3).toFixed(1)} GB`;
  return `${Math.round(value / 1024 ** 2)} MB`;
}

const count = (value: number) => Math.round(value).toLocaleString("en-GB");

/** In the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}
