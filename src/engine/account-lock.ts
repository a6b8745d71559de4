import { type Cascade, hasBreached, pass } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import { isException } from "./exceptions.ts";
import { type Claim, claimBy } from "./ownership.ts";
import { mayHave } from "./residency.ts";
import type { Assignment } from "./snapshot.ts";

const dayMs = 86_400_000;

/**
 * Stage 4b: further leads of an account go to the rep who got its last one, over capacity too. It gives way to absence,
 * and says nothing where no lead of the account was given to anybody.
 */
export function accountLock(cascade: Cascade): Claim | null {
  const accountId = cascade.facts.match?.account.id;
  const last = accountId === undefined ? undefined : cascade.working.accounts.get(accountId);
  if (last === undefined) return null;
  const refusal = refuse(cascade, last);
  if (refusal !== null) return pass(cascade, "account-lock", refusal);
  return claimBy("account-lock", last.repId, `account ${accountId}`);
}

/** Why the rep of the account's last lead does not get this one too; null: they do. */
function refuse(cascade: Cascade, { repId, at }: Assignment): ReasonCode | null {
  const { reps, shared } = cascade.prepared;
  if (!(Date.parse(shared.now) - Date.parse(at) <= shared.policy.accountLockDays * dayMs)) return "lock-over";
  const rep = reps.get(repId);
  if (rep?.rep.software) return "locked-rep-software";
  if (rep?.rep.noUser) return "locked-rep-no-user";
  if (rep?.rep.active !== true) return "locked-rep-inactive";
  if (!mayHave(cascade, repId)) return "residency";
  if (isException(cascade, rep)) return "locked-rep-exception";
  if (rep.isAbsent) return "locked-rep-away";
  return hasBreached(cascade, repId) ? "locked-rep-breached" : null;
}
