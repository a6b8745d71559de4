/** One contestant's figures, read from the sandbox; times in the sandbox's milliseconds since the leads turned MQL. */
export type Side = {
  leads: number;
  calls: number;
  callsPerLead: number;
  /** Calls that do not count among those, by what they are for. */
  beside: Readonly<Record<string, number>>;
  /** By the CRM's limit. */
  refused: number;
  /** Null when no whole window had more than 200 leads waiting, and where there is no window. */
  budgetUsed: number | null;
  ownerP50Ms: number;
  ownerP99Ms: number;
  /** Hot leads alone; null when nobody marked a tier. */
  t1P50Ms: number | null;
  t1P99Ms: number | null;
  lastOwnerMs: number;
  /** When the last task stood. */
  doneMs: number;
  tasks: number;
  /** Leads with more than one task. */
  duplicates: number;
  unassigned: number;
};

export type Lead = {
  id: string;
  qualifiedAt: number;
  ownerAt: number | null;
  taskAt: number | null;
  tasks: number;
  tier: string;
};

/** What of a contestant's figures is about the leads, not about the calls. */
export function figuresOf(
  leads: readonly Lead[],
): Omit<Side, "calls" | "callsPerLead" | "beside" | "refused" | "budgetUsed"> {
  const owners = waits(leads);
  const hot = waits(leads.filter(({ tier }) => tier === "T1"));
  const tasks = leads.flatMap(({ taskAt, qualifiedAt }) => (taskAt === null ? [] : [taskAt - qualifiedAt]));
  return {
    leads: leads.length,
    ownerP50Ms: percentile(owners, 0.5),
    ownerP99Ms: percentile(owners, 0.99),
    t1P50Ms: hot.length === 0 ? null : percentile(hot, 0.5),
    t1P99Ms: hot.length === 0 ? null : percentile(hot, 0.99),
    lastOwnerMs: Math.max(0, ...owners),
    doneMs: Math.max(0, ...tasks),
    tasks: leads.reduce((sum, lead) => sum + lead.tasks, 0),
    duplicates: leads.filter((lead) => lead.tasks > 1).length,
    unassigned: leads.filter(({ ownerAt }) => ownerAt === null).length,
  };
}

const waits = (leads: readonly Lead[]): number[] =>
  leads.flatMap(({ ownerAt, qualifiedAt }) => (ownerAt === null ? [] : [ownerAt - qualifiedAt]));

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
