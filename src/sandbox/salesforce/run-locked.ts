import type { Answer } from "../http.ts";
import { type LockCheck, refusingLocked } from "./locks.ts";
import type { Org } from "./org.ts";
import { beginTransaction } from "./transaction.ts";
import { createUnit, type Unit, within } from "./unit.ts";

/** How long a row is waited for (salesforce.md §3.6). */
const longestWaitMs = 10_000;

/**
 * Runs a request that writes, once its rows are free and its automation is done. It is played before without effect, to
 * learn which rows it locks, and how much automation is set off by those that it gets; the others fail one by one.
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
  const rows = new Set<string>();
  rehearse(org, run, (ids) => {
    for (const id of ids) rows.add(id);
  });
  await takeRows(org, owner, [...rows]);
  try {
    const check = refusingLocked(locks, owner);
    if (rules.automationMs.size > 0) await pass(org, rehearse(org, run, check));
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

/** How much automation the request sets off, ms. Nothing of it stays; throws what it is refused for as a whole. */
function rehearse(org: Org, run: (unit: Unit) => Answer, lock: LockCheck): number {
  const transaction = beginTransaction();
  try {
    run(within({ org, transaction, lock, later: [] }));
    const changes = transaction.changes();
    return changes.reduce((sum, { table }) => sum + (org.rules.automationMs.get(table.object.name) ?? 0), 0);
  } finally {
    transaction.rollback();
  }
}
