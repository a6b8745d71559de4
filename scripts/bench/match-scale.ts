import { fork } from "node:child_process";
import { once } from "node:events";
import type { AccountEntry } from "../../src/engine/match/entries.ts";
import { registrableDomain, websiteHost } from "../../src/engine/normalise/domain.ts";
import { createMatchWorld, wordsOf } from "./match-world.ts";
import type { Goal } from "./rounds.ts";

export type ScaleOptions = { accounts: number; seed: number; data: string | null };

/** Of one base. Rates by the clock, and by the processor time that was taken; ms by the clock, the best of several times. */
export type ScaleFigures = {
  accounts: number;
  accountsPerS: number;
  accountsPerCpuS: number;
  bytesPerAccount: number;
  leadsPerS: number;
  leadsPerCpuS: number;
  p50Ms: number;
  p99Ms: number;
  /** Of matches given, and of leads that have an account. */
  precision: number;
  recall: number;
  /** The most that the process had in memory, making the base and all. */
  peakMb: number;
  /** Bytes an account, by array. */
  parts: Record<string, number>;
};

/** Makes a base of so many accounts in a process of its own and matches leads with it. */
export async function measureScale(options: ScaleOptions): Promise<ScaleFigures> {
  const child = fork(new URL("./match-scale-child.ts", import.meta.url), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  child.send(options);
  const answer = await Promise.race([once(child, "message"), ended.then(() => null)]);
  if (answer === null) throw new Error(`A base of ${options.accounts} accounts was not made: its process ended.`);
  await ended;
  return answer[0] as ScaleFigures;
}

/** What matching.md asks of a base as large as this, or the next smaller one it names. */
export function goalsOfScale({
  accounts,
  accountsPerCpuS,
  bytesPerAccount,
  leadsPerCpuS,
  p99Ms,
}: ScaleFigures): Goal[] {
  const size = accounts.toLocaleString("en-US");
  const least = accounts >= 10_000_000 ? 1_500 : accounts >= 1_000_000 ? 3_000 : 5_000;
  const slowest = accounts >= 10_000_000 ? 10 : 5;
  return [
    { name: `${size} accounts: read a second`, value: accountsPerCpuS, atLeast: 100_000 },
    { name: `${size} accounts: bytes each`, value: bytesPerAccount, atMost: 250 },
    { name: `${size} accounts: leads a second`, value: leadsPerCpuS, atLeast: least },
    { name: `${size} accounts: p99 of a lead, ms`, value: Math.round(p99Ms * 100) / 100, atMost: slowest },
  ];
}

type Top = { words: string[]; labels: string[]; endings: string[] };

/** The commonest words, labels and endings of given accounts and of as many made after them, with how many have each. */
export function topLists(given: readonly AccountEntry[], seed: number): { given: Top; made: Top } {
  const world = createMatchWorld(given, seed);
  return { given: topOf(given), made: topOf(given.map((_, at) => world.accountAt(at))) };
}

const longestList = 50;

function topOf(accounts: readonly AccountEntry[]): Top {
  const domains = accounts.flatMap(({ website }) => registrableDomain(websiteHost(website) ?? "") ?? []);
  return {
    words: commonest(accounts.flatMap(({ name }) => wordsOf(name))),
    labels: commonest(domains.map((domain) => domain.split(".")[0] ?? "")),
    endings: commonest(domains.map((domain) => domain.slice(domain.indexOf(".")))),
  };
}

function commonest(texts: readonly string[]): string[] {
  const counts = [...Map.groupBy(texts, (text) => text)].map(([text, { length }]) => ({ text, length }));
  return counts
    .sort((a, b) => b.length - a.length || (a.text < b.text ? -1 : 1))
    .slice(0, longestList)
    .map(({ text, length }) => `${text} ${length}`);
}
