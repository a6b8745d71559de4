import type { Outcome } from "./decision.ts";
import type { Assignment, State } from "./snapshot.ts";
import { stageWithoutLock } from "./working.ts";

type Accounts = NonNullable<State["accounts"]>;

/** `to`: by the rerun; null: it gave nothing. */
type Given = { accountId: string | null; stored: Outcome; to: Outcome | null; at: string };

export type RerunAccounts = {
  /** Who got each account's last lead by the rerun, where the store says this. */
  at(stored: Accounts): Accounts;
  given(lead: Given): void;
};

/** Who got an account's last lead while leads are decided again: what the store says, but where the rerun gave it to somebody else. */
export function createRerunAccounts(): RerunAccounts {
  /** Of accounts whose last lead went elsewhere; null: nobody got one yet. */
  const other = new Map<string, Assignment | null>();
  let seen: Accounts = {};
  return {
    at(stored) {
      seen = stored;
      return Object.fromEntries(
        Object.entries(stored).flatMap(([id, last]) => {
          const known = other.get(id);
          return known === null ? [] : [[id, known ?? last] as const];
        }),
      );
    },
    given({ accountId, stored, to, at }) {
      if (accountId === null) return;
      const [was, now] = [lockerOf(stored), to === null ? null : lockerOf(to)];
      if (now !== null && now === was) other.delete(accountId);
      else if (now !== null) other.set(accountId, { repId: now, at });
      else if (was !== null && !other.has(accountId))
        other.set(accountId, Object.hasOwn(seen, accountId) ? (seen[accountId] ?? null) : null);
    },
  };
}

const lockerOf = (outcome: Outcome): string | null =>
  outcome.kind === "assigned" && outcome.stage !== stageWithoutLock ? outcome.repId : null;
