import type { Answer } from "../http.ts";
import { type LockCheck, refusingLocked } from "./locks.ts";
import type { Org } from "./org.ts";
import { beginTransaction } from "./transaction.ts";
import { createUnit, type Unit, within } from "./unit.ts";

/** How long a row is waited for (salesforce.md §3.6). */
const longestWaitMs = 10_000;

/**
 * Runs a request that writes, once its rows are free and its automation is done. It is played first without effect, to
 * learn which rows it locks and how much automation they set off; rows that stay locked fail one by one.
 */
export async function runLocked(
  org: Org,
  { isStruck }: { isStruck: LockCheck },
  run: (unit: Unit) => Answer,
): Promise<Answer> {
  const { locks, rules, clock } = org;
  if (locks.isQuiet() && rules.automationMs.size === 0) return run(createUnit(org, isStruck));
  const owner = Symbol("request");
  const { rows, workMs } = rehearse(org, run);
  await locks.untilFree(rows, owner, clock.now() + longestWaitMs);
  const free = rows.filter((id) => !locks.isBlocked(id, owner));
  locks.take(free, owner);
  try {
    if (workMs > 0) await new Promise<void>((resolve) => clock.at(clock.now() + workMs, resolve));
    const check = refusingLocked(locks, owner);
    return run(
      createUnit(org, (ids) => {
        isStruck(ids);
        check(ids);
      }),
    );
  } finally {
    locks.release(owner);
  }
}

function rehearse(org: Org, run: (unit: Unit) => Answer): { rows: string[]; workMs: number } {
  const rows = new Set<string>();
  const transaction = beginTransaction();
  const note: LockCheck = (ids) => {
    for (const id of ids) rows.add(id);
  };
  try {
    run(within(org, transaction, note));
    const changes = transaction.changes();
    const workMs = changes.reduce((sum, { table }) => sum + (org.rules.automationMs.get(table.object.name) ?? 0), 0);
    return { rows: [...rows], workMs };
  } finally {
    transaction.rollback();
  }
}
