import { accountName } from "../crm/account-name.ts";
import { ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { CrmError, type Verdict, verdicts } from "../errors.ts";
import { raiseAlert } from "../store/alerts.ts";
import { settleInbox } from "../store/inbox.ts";
import { isDatabaseOutage } from "../store/outage.ts";
import { ModeChanged } from "../store/shadow.ts";
import type { EventRow } from "./event-row.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Work that failed so often for a reason that nobody knows is parked. */
export const maxAttempts = 8;
/** Alerts of this kind end when the parked events are re-driven. */
export const parkedAlert = "leads-parked";

const healing: ReadonlySet<Verdict> = new Set(["retry", "reconcile", "pause-connection"]);

/** True when waiting may help: an outage, or a connection that a person mends. Never a reason to park anything. */
export function mayHeal(error: unknown): boolean {
  if (error instanceof CrmError) return healing.has(verdicts[error.kind]);
  return error instanceof ThrottleClosed || error instanceof ModeChanged || isDatabaseOutage(error);
}

/** True when the CRM said no for good: to ask the same again changes nothing. */
export function isPermanent(error: unknown): error is CrmError {
  return error instanceof CrmError && !mayHeal(error);
}

/** True when every lead of the account would have failed like this one. */
export function concernsAccount(error: unknown): boolean {
  return error instanceof CrmError && error.kind === "missing-scope";
}

export function codeOf(error: unknown): string {
  return error instanceof CrmError ? error.kind : "failed";
}

/** Sets claimed rows aside, together with the alert that tells a person. */
export async function parkRows(
  deps: Pick<Deps, "db" | "now">,
  workspace: Pick<Workspace, "lease">,
  { connection }: Pick<Link, "connection">,
  parked: readonly (EventRow & { because: string })[],
): Promise<void> {
  const [first] = parked;
  if (first === undefined) return;
  const { id: connectionId, workspaceId } = connection;
  await deps.db.transaction(async (tx) => {
    await settleInbox(tx, workspace.lease, { parked });
    await raiseAlert(tx, {
      workspaceId,
      connectionId,
      kind: parkedAlert,
      subjectId: connectionId,
      message: `Events of ${accountName(connection)} failed and are parked, the first of them one of ${first.subjectKind} ${first.subjectId}: ${first.because}.`,
      whatToDo: `${adviceOf(first.because)} Then run \`baton redrive\`: the parked events are worked again.`,
      raisedAt: deps.now().toISOString(),
    });
  });
}

/** What to do about the reason for which an event is parked. */
export function adviceOf(because: string): string {
  if (because === "missing-scope") return "Install the app again and grant every permission that it asks for.";
  if (because === "rejected") return "Look in the log for the rule by which the CRM refused, and change it there.";
  return "Look in the log for the error, and mend or report it.";
}
