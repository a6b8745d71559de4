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
  { isStruck, userId }: { isStruck: LockCheck; userId: string },
  run: (unit: Unit) => Answer,
): Promise<Answer> {
  const { locks, rules } = org;
  const isAtOnce = locks.isQuiet() && rules.automationMs.size === 0 && rules.lateCommitMs === 0;
  if (isAtOnce) return run(createUnit(org, isStruck));
  const owner = Symbol("request");
  const { rows, workMs } = rehearse(org, run);
  await takeRows(org, owner, rows);
  try {
    await pass(org, workMs);
    const check = refusingLocked(locks, owner);
    const lateMs = rules.lateCommitMs;
    const unit = createUnit(org, (ids) => {
      isStruck(ids);
      check(ids);
    });
    // Of several writes the later ones must see the earlier ones: they are committed as one.
    const inOne = () => unit.together({ userId, origin: "" }, (inner) => ({ value: run(inner), isKept: true }));
    const answer = lateMs > 0 ? inOne() : run(unit);
    // Who is told that it is done finds it done.
    await pass(org, lateMs);
    return answer;
  } finally {
    locks.release(owner);
  }
}

/** Those that are free, when all are or it has waited long enough: several may wait for the same row, and one gets it. */
async function takeRows({ locks, clock }: Org, owner: symbol, rows: readonly string[]): Promise<void> {
  const deadline = clock.now() + longestWaitMs;
  const isBlocked = (id: string) => locks.isBlocked(id, owner);
  while (rows.some(isBlocked) && clock.now() < deadline) await locks.untilFree(rows, owner, deadline);
  locks.take(
    rows.filter((id) => !isBlocked(id)),
    owner,
  );
}

async function pass({ clock }: Org, ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
}

function rehearse(org: Org, run: (unit: Unit) => Answer): { rows: string[]; workMs: number } {
  const rows = new Set<string>();
  const transaction = beginTransaction();
  const note: LockCheck = (ids) => {
    for (const id of ids) rows.add(id);
  };
  try {
    run(within({ org, transaction, lock: note, later: [] }));
    const changes = transaction.changes();
    const workMs = changes.reduce((sum, { table }) => sum + (org.rules.automationMs.get(table.object.name) ?? 0), 0);
    return { rows: [...rows], workMs };
  } finally {
    transaction.rollback();
  }
}
