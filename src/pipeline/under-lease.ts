import type { Deps } from "../deps.ts";
import type { Query, Tx } from "../store/db.ts";
import { type Lease, LeaseLost, requireLease } from "../store/leases.ts";
import { type SettledOperation, settleOperations } from "../store/operations.ts";

type What = Parameters<Deps["metrics"]["staleCompletion"]>[0];

/** A transaction of the lease's holder. Whoever is not that any more records nothing, and is counted. Throws LeaseLost. */
export async function underLease<T>(
  { db, metrics }: Pick<Deps, "db" | "metrics">,
  { lease, what }: { lease: Lease; what: What },
  run: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      await requireLease(tx, lease);
      return run(tx);
    });
  } catch (error) {
    if (error instanceof LeaseLost) metrics.staleCompletion(what);
    throw error;
  }
}

/** Notes what became of writes and gives the keys of those; the ones that are another's to note by now, or over, are counted. */
export async function noteOutcomes(
  { metrics }: Pick<Deps, "metrics">,
  query: Query,
  { lease, settled }: { lease: Lease; settled: readonly SettledOperation[] },
): Promise<string[]> {
  const noted = await settleOperations(query, lease, settled);
  const refused = settled.length - noted.length;
  if (refused > 0) metrics.staleCompletion("write", refused);
  return noted;
}
