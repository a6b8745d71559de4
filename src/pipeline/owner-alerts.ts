import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import type { LeadRow } from "../store/leads.ts";
import type { Link } from "./workspace.ts";

type Told = { leadId: string; at: string };

/** A lead that Baton gave to a rep, and that has nobody now. */
export async function alertUnowned(tx: Tx, { connection }: Link, { leadId, at }: Told): Promise<void> {
  await raiseAlert(tx, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    kind: "lead-unowned",
    subjectId: leadId,
    message: `Somebody cleared the owner of lead ${leadId} after Baton had assigned it.`,
    whatToDo: "Give it an owner in the CRM; Baton leaves a person's change alone.",
    raisedAt: at,
  });
}

/** It has somebody again. False: nobody was told that it had none. */
export const endUnowned = (
  tx: Tx,
  { workspaceId, leadId }: Pick<LeadRow, "workspaceId" | "leadId">,
  at: string,
): Promise<boolean> => resolveAlert(tx, { workspaceId, kind: "lead-unowned", subjectId: leadId }, at);

/** One for the whole account: what takes one lead takes others. Shown for a day (link-alerts.ts). */
export async function alertFight(tx: Tx, { connection }: Link, { leadId, at }: Told): Promise<void> {
  await raiseAlert(tx, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    kind: "owner-fought",
    subjectId: connection.id,
    message: `A workflow or another app took leads from the reps whom Baton had given them to a moment before, the first of them ${leadId}; Baton leaves them alone.`,
    whatToDo:
      "Look at that lead's history in the CRM, and switch one of the two routers off. What it took stays as it is: give those leads their owners in the CRM.",
    raisedAt: at,
  });
}
