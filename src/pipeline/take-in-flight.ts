import type { Deps } from "../deps.ts";
import type { Operation } from "../model/operation.ts";
import { markInflight, settleOperations } from "../store/operations.ts";
import type { Link, Workspace } from "./workspace.ts";

/**
 * Commits the intent to send these, before any socket is touched, and gives those that are ours to send. One that was
 * cancelled meanwhile (the lead is gone, a person took it) is let go.
 */
export async function takeInFlight<T extends { operation: Operation; attempts: number }>(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  jobs: readonly T[],
): Promise<T[]> {
  if (jobs.length === 0) return [];
  const at = deps.now().toISOString();
  const { lease } = workspace;
  // A try before this one left it in flight or unknown, and whoever called has made sure that it may go again.
  const repeated = jobs
    .filter((job) => job.attempts > 0)
    .map(({ operation: { key, qualifiedAt } }) => ({ key, qualifiedAt }));
  await settleOperations(
    deps.db.query,
    lease,
    repeated.map((key) => ({ ...key, state: "planned", at })),
  );
  const keys = jobs.map(({ operation: { key, qualifiedAt } }) => ({ key, qualifiedAt }));
  const taken = new Set((await markInflight(deps.db.query, lease, { keys, at })).map(({ key }) => key));
  for (const { operation } of jobs) if (!taken.has(operation.key)) link.inHand.delete(operation.key);
  return jobs.filter(({ operation }) => taken.has(operation.key));
}
