import type { CrmBench } from "./crm-bench.ts";
import type { Side } from "./measure.ts";

type Row = [name: string, value: (side: Side) => string];

/** Both contestants' figures side by side. */
export function sidesTable(ours: Side, naive: Side, words: CrmBench["words"]): string[] {
  const rows: Row[] = [
    [words.calls, ({ calls }) => String(calls)],
    ["  per lead", ({ callsPerLead }) => String(callsPerLead)],
    ...Object.keys(ours.beside).map((name): Row => [name, ({ beside }) => String(beside[name] ?? 0)]),
    [words.refused, ({ refused }) => String(refused)],
    ["budget used", ({ budgetUsed }) => (budgetUsed === null ? "–" : `${(budgetUsed * 100).toFixed(1)} %`)],
    ["T1 owner p50 / p99", ({ t1P50Ms, t1P99Ms }) => (t1P50Ms === null ? "–" : both(t1P50Ms, t1P99Ms ?? 0))],
    ["owner p50 / p99", ({ ownerP50Ms, ownerP99Ms }) => both(ownerP50Ms, ownerP99Ms)],
    ["last owner", ({ lastOwnerMs }) => seconds(lastOwnerMs)],
    ["last task", ({ doneMs }) => seconds(doneMs)],
    ["tasks", ({ tasks }) => String(tasks)],
    ["leads with two tasks", ({ duplicates }) => String(duplicates)],
    ["without owner", ({ unassigned }) => String(unassigned)],
  ];
  const line = (name: string, one: string, other: string) =>
    `${name.padEnd(24)}${one.padStart(20)}${other.padStart(24)}`;
  return [line("", "Baton", "naive"), ...rows.map(([name, value]) => line(name, value(ours), value(naive)))];
}

const both = (p50: number, p99: number): string => `${seconds(p50)} / ${seconds(p99)}`;

function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
