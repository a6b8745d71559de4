import { readWeights } from "../../account-index/read-weights.ts";
import { csvLine } from "../../csv.ts";
import { type Matched, type Matcher, match, type Ranked } from "../../engine/match/match.ts";
import { pointInWords, pointsIn } from "../../engine/match/points.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { openOutput } from "../open-output.ts";
import { type Bands, type Bounds, bandsInWords, countMatched, noLeads, readBounds } from "./bands.ts";
import { readBase } from "./read-base.ts";
import { readLeads } from "./read-leads.ts";

export type MatchFlags = {
  accounts: string;
  leads: string;
  out: string;
  explain: boolean;
  /** A probability: leads that are less likely an account's than that get none. */
  threshold: number;
  json: boolean;
  weights?: string;
  /** A file: how likely an account must be to be taken, or asked about; the shipped one's when left out. */
  policy?: string;
};

/** Matches the leads of one table with the accounts of another, and writes a third. Throws `Refused` when one cannot be read. */
export async function matchTables(cli: Cli, flags: MatchFlags): Promise<void> {
  if (new Set([flags.accounts, flags.leads, flags.out]).size < 3)
    throw new Refused("--accounts, --leads and --out must be three files.");
  const bounds = await readBounds(flags.policy ?? null);
  const { base, classes, buildMs } = await readBase(cli, flags.accounts);
  const weights = readWeights(flags.weights ?? null);
  const { times, bands } = await writeMatches(cli, flags, bounds, { bases: [base], classes, weights });
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const ms = sorted.reduce((sum, each) => sum + each, 0);
  const figures = {
    accounts: base.size,
    accountsPerSecond: perSecond(base.size, buildMs),
    bytesPerAccount: Math.round(base.bytes / base.size),
    leads: times.length,
    leadsPerSecond: perSecond(times.length, ms),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    ...bands,
  };
  if (flags.json) {
    cli.print(JSON.stringify(figures));
    return;
  }
  cli.print(
    `${figures.accounts} accounts read in at ${figures.accountsPerSecond} a second, ${figures.bytesPerAccount} bytes each.`,
  );
  cli.print(
    `${figures.leads} leads matched at ${figures.leadsPerSecond} a second; one takes ${figures.p50Ms.toFixed(2)} ms (p50), ${figures.p99Ms.toFixed(2)} ms (p99).`,
  );
  for (const line of bandsInWords(bands, bounds, flags.threshold)) cli.print(line);
}

const perSecond = (count: number, ms: number): number => (ms === 0 ? 0 : Math.round((count / ms) * 1_000));

/** `times`: how long each lead took, in ms. */
async function writeMatches(
  cli: Cli,
  { leads, out, explain, threshold }: MatchFlags,
  bounds: Bounds,
  matcher: Matcher,
): Promise<{ times: number[]; bands: Bands }> {
  const output = await openOutput(out);
  try {
    const times: number[] = [];
    const bands = noLeads();
    await output.write(
      csvLine(["lead_id", "account_id", "confidence", ...(explain ? ["evidence", "runners_up"] : [])]),
    );
    for await (const { id, lead } of readLeads(cli, leads)) {
      const startedAt = cli.clock.monotonic();
      const matched = match(lead, matcher);
      times.push(cli.clock.monotonic() - startedAt);
      countMatched(bands, matched, bounds, threshold);
      await output.write(csvLine([id, ...cellsOf(matched, { explain, threshold })]));
    }
    return { times, bands };
  } finally {
    await output.close();
  }
}

function cellsOf(
  { best, runnersUp }: Matched,
  { explain, threshold }: Pick<MatchFlags, "explain" | "threshold">,
): (string | number | null)[] {
  const taken = best !== null && best.confidence >= threshold ? best : null;
  const cells = [taken?.accountId ?? null, taken === null ? null : rounded(taken.confidence)];
  if (!explain) return cells;
  return [...cells, best === null ? null : inWords(best), runnersUp.map(rivalInWords).join("; ")];
}

const rounded = (confidence: number): number => Math.round(confidence * 100_000) / 100_000;

const inWords = ({ accountId, confidence, evidence }: Ranked): string =>
  `${accountId} ${rounded(confidence)}: ${pointsIn(evidence).map(pointInWords).join("; ")}`;

const rivalInWords = ({ accountId, confidence }: Ranked): string => `${accountId} ${rounded(confidence)}`;
