import type { Policy } from "./policy.ts";
import { policyParts } from "./print-policy.ts";

/** One thing that another policy says otherwise, in the sentences that `printPolicy` has for it. */
export type PolicyChange =
  | { kind: "added"; heading: string; now: string }
  | { kind: "removed"; heading: string; was: string }
  | { kind: "changed"; heading: string; was: string; now: string }
  /** The sentence stands, in another place: after that one, or (null) first. */
  | { kind: "moved"; heading: string; now: string; after: string | null }
  /** A key that differs without any sentence saying so. */
  | { kind: "untold"; key: string };

/** What is different for leads and reps when `after` is in force instead of `before`; empty: nothing. */
export function diffPolicy(before: Policy, after: Policy): PolicyChange[] {
  const old = new Map(policyParts(before).map(([heading, lines]) => [heading, lines]));
  const told = policyParts(after).flatMap(([heading, now, order]) => {
    const sentences = { was: old.get(heading) ?? [], now };
    return [...changesOf(heading, sentences), ...(order === "ranked" ? movesOf(heading, sentences) : [])];
  });
  return [...told, ...untoldKeys(before, after).map((key) => ({ kind: "untold" as const, key }))];
}

function changesOf(heading: string, { was, now }: Record<"was" | "now", readonly string[]>): PolicyChange[] {
  const gone = was.filter((line) => !now.includes(line));
  const fresh = now.filter((line) => !was.includes(line));
  const pairs = pairsOf(gone, fresh);
  const paired = new Set(pairs.flat());
  return [
    ...gone.filter((line) => !paired.has(line)).map((line) => ({ kind: "removed" as const, heading, was: line })),
    ...now.flatMap((line): PolicyChange[] => {
      const pair = pairs.find(([, newer]) => newer === line);
      if (pair !== undefined) return [{ kind: "changed", heading, was: pair[0], now: line }];
      return fresh.includes(line) ? [{ kind: "added", heading, now: line }] : [];
    }),
  ];
}

type Pair = readonly [was: string, now: string];

/** Which sentence became which: first those about the same thing, then those that share most of their words. */
function pairsOf(gone: readonly string[], fresh: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  const left = new Set(fresh);
  const unpaired: string[] = [];
  for (const was of gone) {
    const now = [...left].find((line) => subjectOf(line) === subjectOf(was) && subjectOf(line) !== null);
    if (now === undefined) unpaired.push(was);
    else pairs.push([was, now]);
    if (now !== undefined) left.delete(now);
  }
  for (const was of unpaired) {
    const [best] = [...left]
      .filter((line) => subjectOf(line) === subjectOf(was))
      .map((line) => ({ line, likeness: likeness(was, line) }))
      .filter((each) => each.likeness >= leastLikeness)
      .sort((a, b) => b.likeness - a.likeness);
    if (best === undefined) continue;
    pairs.push([was, best.line]);
    left.delete(best.line);
  }
  return pairs;
}

const leastLikeness = 0.5;

/** What a sentence is about, where it begins with that: "dach" of "dach: Germany → pool dach.", "T1 (hot)" of "T1 (hot) when …". */
function subjectOf(line: string): string | null {
  return /^(.{1,80}?)(?:: | when |, (?=\d|up to ))/.exec(line)?.[1] ?? null;
}

/** Common words as a share of all. */
function likeness(a: string, b: string): number {
  const [words, others] = [new Set(a.split(" ")), new Set(b.split(" "))];
  const common = [...words].filter((word) => others.has(word)).length;
  return common / (words.size + others.size - common);
}

/** Those of the sentences that both have whose order another one changed: as few as account for it. */
function movesOf(heading: string, { was, now }: Record<"was" | "now", readonly string[]>): PolicyChange[] {
  const places = new Map(was.map((line, at) => [line, at]));
  const common = now.filter((line) => places.has(line));
  const kept = new Set(longestRising(common.map((line) => places.get(line) ?? 0)).map((at) => was[at]));
  return common.flatMap((line): PolicyChange[] => {
    if (kept.has(line)) return [];
    return [{ kind: "moved", heading, now: line, after: now[now.indexOf(line) - 1] ?? null }];
  });
}

/** The longest rising part of a list of different numbers. Policies are as long as a person can read. */
function longestRising(numbers: readonly number[]): number[] {
  const best: number[][] = [];
  for (const [at, number] of numbers.entries()) {
    const before = best.slice(0, at).filter((list) => (list.at(-1) ?? 0) < number);
    const longest = before.reduce<number[]>((a, b) => (b.length > a.length ? b : a), []);
    best.push([...longest, number]);
  }
  return best.reduce<number[]>((a, b) => (b.length > a.length ? b : a), []);
}

/** Keys whose difference no sentence tells, each tried alone. The name of a policy changes nothing for anybody. */
function untoldKeys(before: Policy, after: Policy): string[] {
  const keys = Object.keys(after) as (keyof Policy)[];
  const text = JSON.stringify(policyParts(before));
  return keys.filter((key) => {
    if (key === "name" || JSON.stringify(before[key]) === JSON.stringify(after[key])) return false;
    return JSON.stringify(policyParts({ ...before, [key]: after[key] })) === text;
  });
}

/** Changes as lines for people, under their headings. */
export function printChanges(changes: readonly PolicyChange[]): string[] {
  const told = changes.filter((change) => change.kind !== "untold");
  const untold = changes.filter((change) => change.kind === "untold").map(({ key }) => key);
  return [
    ...[...Map.groupBy(told, ({ heading }) => heading)].flatMap(([heading, list]) => [
      "",
      heading,
      ...list.flatMap(linesOf),
    ]),
    ...(untold.length === 0 ? [] : ["", `Also different, without a sentence of its own: ${untold.join(", ")}.`]),
  ].slice(1);
}

function linesOf(change: Exclude<PolicyChange, { kind: "untold" }>): string[] {
  switch (change.kind) {
    case "added":
      return [`- new: ${change.now}`];
    case "removed":
      return [`- gone: ${change.was}`];
    case "changed":
      return [`- was: ${change.was}`, `  now: ${change.now}`];
    case "moved":
      return [
        change.after === null
          ? `- moved to the top: ${change.now}`
          : `- moved: ${change.now} It comes after this one now: ${change.after}`,
      ];
  }
}
