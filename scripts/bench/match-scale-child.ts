import { loadMailDomains } from "../../src/data/mail-domains.ts";
import type { Base } from "../../src/engine/match/base.ts";
import { buildBase } from "../../src/engine/match/build-base.ts";
import type { AccountEntry } from "../../src/engine/match/entries.ts";
import { match } from "../../src/engine/match/match.ts";
import { measure as measureMatches } from "../../src/engine/match/measure-matches.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { readMatchData } from "./match-data.ts";
import type { ScaleFigures, ScaleOptions } from "./match-scale.ts";
import { createMatchWorld, type MatchWorld } from "./match-world.ts";
import { percentile } from "./measure.ts";

// A base of many accounts in a process of its own, so that its memory is its own. What it is asked comes as a message.

const classes = loadMailDomains();
/** From how likely on an account counts as found. */
const threshold = 0.6;
/** Accounts made at a time; the making is not charged to the base. */
const batch = 5_000;
const warmUp = { accounts: 5_000, leads: 2_000 };
const mostLeads = 10_000;
const passes = 3;

/** All threads of the process, in ms: what the collector does beside counts too. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

type Made = { ms: number; cpuMs: number };

/** The first so many accounts of a world, never more than a batch of them at once. Adds to `made` how long the making took. */
function* streamed(world: MatchWorld, accounts: number, made: Made): Generator<AccountEntry> {
  for (let from = 0; from < accounts; from += batch) {
    const [startedAt, startedCpu] = [performance.now(), cpuMs()];
    const some = Array.from({ length: Math.min(batch, accounts - from) }, (_, at) => world.accountAt(from + at));
    made.ms += performance.now() - startedAt;
    made.cpuMs += cpuMs() - startedCpu;
    yield* some;
  }
}

function build(world: MatchWorld, accounts: number) {
  const made = { ms: 0, cpuMs: 0 };
  const [startedAt, startedCpu] = [performance.now(), cpuMs()];
  const base = buildBase(streamed(world, accounts, made), classes, [1, 2]);
  const ms = performance.now() - startedAt - made.ms;
  const cpu = cpuMs() - startedCpu - made.cpuMs;
  return { base, accountsPerS: rate(accounts, ms), accountsPerCpuS: rate(accounts, cpu) };
}

const rate = (count: number, ms: number): number => Math.round((count / ms) * 1_000);

/** Each lead several times: the quickest is what it takes when nobody else is at work. */
function matchLeads(world: MatchWorld, base: Base, count: number) {
  const matcher = { bases: [base], classes, weights: shippedWeights };
  const leads = Array.from({ length: count }, (_, at) => world.leadAt(at, base.size));
  const times = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const found: (string | null)[] = [];
  const [startedAt, startedCpu] = [performance.now(), process.threadCpuUsage()];
  for (let pass = 0; pass < passes; pass += 1)
    for (const [at, { lead }] of leads.entries()) {
      const before = performance.now();
      const { best } = match(lead, matcher);
      times[at] = Math.min(times[at] ?? 0, performance.now() - before);
      found[at] = best !== null && best.confidence >= threshold ? best.accountId : null;
    }
  const { user, system } = process.threadCpuUsage(startedCpu);
  const judged = leads.map(({ accountId, kind }, at) => {
    return { slice: kind, right: accountId, found: found[at] ?? null, confidence: 1 };
  });
  const { precision, recall } = measureMatches(judged);
  return {
    leadsPerS: rate(count * passes, performance.now() - startedAt),
    leadsPerCpuS: rate(count * passes, (user + system) / 1_000),
    p50Ms: percentile([...times], 0.5),
    p99Ms: percentile([...times], 0.99),
    precision,
    recall,
  };
}

async function measure({ accounts, seed, data }: ScaleOptions): Promise<ScaleFigures> {
  const { accounts: given } = await readMatchData(data, seed);
  const world = createMatchWorld(given, seed);
  build(world, warmUp.accounts);
  const { base, ...built } = build(world, accounts);
  const leads = Math.min(mostLeads, accounts);
  matchLeads(world, base, Math.min(warmUp.leads, leads));
  const matched = matchLeads(world, base, leads);
  return {
    accounts,
    ...built,
    bytesPerAccount: Math.round(base.bytes / accounts),
    ...matched,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
    parts: partsOf(base),
  };
}

/** Bytes an account of each array. */
const partsOf = ({ sections, size }: Base): Record<string, number> =>
  Object.fromEntries(
    Object.entries(sections).map(([name, { byteLength }]) => [name, Math.round((byteLength / size) * 10) / 10]),
  );

process.once("message", async (options: ScaleOptions) => {
  process.send?.(await measure(options));
  process.disconnect();
});
