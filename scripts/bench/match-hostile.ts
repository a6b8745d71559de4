import { performance } from "node:perf_hooks";
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import { buildBase } from "../../src/engine/match/build-base.ts";
import { match } from "../../src/engine/match/match.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { hostileLeads } from "./hostile-leads.ts";
import { accountOf } from "./syllable-accounts.ts";

/** How long one lead takes, in ms; of one that seems slow the quickest of several times. */
export type HostileResult = {
  bench: "match-hostile";
  leads: number;
  p50: number;
  p99: number;
  worst: number;
  missed: string[];
};

const accounts = 10_000;
const warmUp = 500;
const aim = 50;
/** A pause of the collector, or of the machine, is no lead's doing: it does not come again with the same lead. */
const suspicious = 10;
const looks = 4;

/** Leads made to hurt, one after the other, among 10,000 accounts. */
export async function run({ seed, leads }: { seed: number; leads: number }): Promise<HostileResult> {
  const classes = loadMailDomains();
  const base = buildBase(
    Array.from({ length: accounts }, (_, at) => accountOf(at)),
    classes,
    [seed, 1],
  );
  const matcher = { bases: [base], classes, weights: shippedWeights };
  for (const lead of hostileLeads(warmUp, seed + 1)) match(lead, matcher);
  const timeOf = (lead: Parameters<typeof match>[0]): number => {
    const startedAt = performance.now();
    match(lead, matcher);
    return performance.now() - startedAt;
  };
  const times = Float64Array.from(hostileLeads(leads, seed), (lead) => {
    const first = timeOf(lead);
    return first < suspicious ? first : Math.min(first, ...Array.from({ length: looks }, () => timeOf(lead)));
  }).sort();
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  const worst = at(1);
  return {
    bench: "match-hostile",
    leads,
    p50: at(0.5),
    p99: at(0.99),
    worst,
    missed: worst > aim ? [`no lead takes more than ${aim} ms`] : [],
  };
}

/** The line that people read. */
export const describe = ({ leads, p50, p99, worst, missed }: HostileResult): string =>
  `${leads} leads made to hurt: ${p50.toFixed(2)} ms (p50), ${p99.toFixed(2)} ms (p99), ${worst.toFixed(2)} ms at worst; no more than ${aim} ms: ${missed.length === 0 ? "met" : "MISSED"}`;
