import { accountName } from "../crm/account-name.ts";
import { namesOf, ownerName } from "../engine/names.ts";
import { operationKey } from "../engine/plan.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Operation } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import { connectionsOf } from "../store/connections.ts";
import { counterpartFor, type LeadName } from "../store/counterparts.ts";
import type { Tx } from "../store/db.ts";
import type { LeadRow } from "../store/leads.ts";
import { planOperations, readOperations } from "../store/operations.ts";
import { type OwnerEvent, ownerEventsOf } from "../store/owner-events.ts";
import { syncLagMs } from "./echo.ts";
import type { Link } from "./workspace.ts";

/** Software took a lead of the owner authority from the rep whom Baton had given it to. */
type Taken = { row: LeadRow; ownerId: string; at: string; writtenAt: string; now: string };

/**
 * What is to be made of that, where the lead stands in another CRM too. `person`: somebody chose so there, and the vendors' sync
 * carried it over. `stands`: the other system undid the authority's word, and it is written once more; `conflict`: it has
 * done so again, and Baton writes no more (reliability.md §3.6: two writes at most). `later`: it cannot be said yet.
 * Null: it is no matter of two CRMs.
 */
export type Standing = "person" | "stands" | "later" | "conflict" | null;

export async function standAgainst(tx: Tx, link: Link, taken: Taken): Promise<Standing> {
  const { row, ownerId, at, writtenAt, now } = taken;
  const other = await otherOf(tx, link, row.leadId);
  if (other === null || row.decisionId === null || row.qualifiedAt === null) return null;
  const since = new Date(Date.parse(at) - syncLagMs).toISOString();
  const told = await ownerEventsOf(tx, { workspaceId: row.workspaceId, leads: [other], since });
  if (told.some((event) => isChoice(event) && personIn(link, event) === ownerId)) return "person";
  const key = operationKey(row.decisionId, "update-lead", "insist-owner");
  const [insisted] = await readOperations(tx, [key]);
  const last = insisted?.settledAt ?? writtenAt;
  if (insisted !== undefined && insisted.settledAt === null) return "later";
  if (at <= last) return insisted === undefined ? null : "stands";
  if (Date.parse(at) - Date.parse(last) > syncLagMs) return null;
  if (insisted !== undefined) return insisted.state === "confirmed" ? "conflict" : null;
  const again: Operation = {
    key,
    connectionId: link.connection.id,
    decisionId: row.decisionId,
    leadId: row.leadId,
    qualifiedAt: row.qualifiedAt,
    priority: 1,
    body: { kind: "update-lead", update: { owner: { ownerId: row.ownerId ?? "", expectOwnerId: ownerId } } },
  };
  if (row.ownerId === null) return null;
  await planOperations(tx, { workspaceId: row.workspaceId, operations: [again], at: now });
  return "stands";
}

/** Null unless the link is the owner authority's and the lead stands in another CRM too. */
export async function otherOf(tx: Tx, { connection, people }: Link, leadId: string): Promise<LeadName | null> {
  if (people === null || people.authorityId !== connection.id) return null;
  return counterpartFor(tx, { connectionId: connection.id, leadId });
}

const isChoice = ({ automated, byThisApp }: OwnerEvent): boolean => !automated && !byThisApp;

const personIn = ({ people }: Link, { connectionId, ownerId }: OwnerEvent): string | null =>
  ownerId === null ? null : (people?.personOf(connectionId, ownerId) ?? ownerId);

/** Names both systems, the lead in each, and what each said and when: one for the lead. */
export async function reportConflict(tx: Tx, link: Link, { row, now }: Pick<Taken, "row" | "now">): Promise<void> {
  const { workspaceId, leadId, decidedAt } = row;
  const { connection } = link;
  const other = await otherOf(tx, link, leadId);
  const account = (await connectionsOf(tx, workspaceId)).find(({ id }) => id === other?.connectionId);
  if (other === null || account === undefined) return;
  const own = { connectionId: connection.id, leadId };
  const since = new Date(Date.parse(decidedAt ?? now) - syncLagMs).toISOString();
  const told = await ownerEventsOf(tx, { workspaceId, leads: [own, other], since });
  const names = namesOf(link.roster.reps);
  const lines = told.map((event) => {
    const person = personIn(link, event);
    const place = event.connectionId === connection.id ? connection : account;
    const who = event.byThisApp ? "Baton" : "somebody else";
    return `${zonedTime(event.at, connection.timeZone)}: ${who} set ${person === null ? "nobody" : ownerName(names, person)} in ${accountName(place)}`;
  });
  await raiseAlert(tx, {
    workspaceId,
    connectionId: connection.id,
    kind: "owner-conflict",
    subjectId: leadId,
    message: `${accountName(connection)} and ${accountName(account)} keep undoing each other's owner of lead ${leadId}, which is ${other.leadId} there; Baton wrote it twice and stops. ${lines.join("; ")}.`,
    whatToDo: `In the settings of the sync between the two let owners go one way, from ${accountName(connection)} to ${accountName(account)}, or name ${account.crm} as the policy's owner_authority. Then give the lead its owner.`,
    raisedAt: now,
  });
}
