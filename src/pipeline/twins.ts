import type { Deps } from "../deps.ts";
import { counterpartsOf } from "../store/counterparts.ts";
import { type LeadRow, readLeads } from "../store/leads.ts";
import { isEcho, syncLagMs } from "./echo.ts";
import type { EventRow } from "./event-row.ts";
import type { Link } from "./workspace.ts";

/** Lead id → what we know of the same person's lead in the owner authority. */
export async function twinsOf(
  { db }: Pick<Deps, "db">,
  { connection, people }: Link,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, LeadRow>> {
  if (people === null || people.authorityId === connection.id) return new Map();
  const pairs = [...(await counterpartsOf(db.query, connection.id, leadIds))];
  const there = pairs.filter(([, of]) => of.connectionId === people.authorityId);
  const rows = await readLeads(
    db.query,
    people.authorityId,
    there.map(([, of]) => of.leadId),
  );
  return new Map(
    there.flatMap(([leadId, of]) => {
      const row = rows.get(of.leadId);
      return row === undefined ? [] : [[leadId, row] as const];
    }),
  );
}

/** Whom a change of an owner names, where several CRMs have them. */
export function inPeople({ people, connection }: Link, row: EventRow): EventRow {
  const { change } = row;
  if (people === null || change.kind !== "lead-changed" || change.field !== "owner" || change.value === null)
    return row;
  return { ...row, change: { ...change, value: people.personOf(connection.id, change.value) } };
}

type OfPerson = { row: EventRow; lead: LeadRow | null; twin: LeadRow | null };

/**
 * Why nobody follows a change, as far as it may be an echo; null: it is none. `twin`: the same person's lead in the owner
 * authority. What we wrote there comes here by the vendors' sync; and what is set here counts once that has carried it
 * there, for the authority alone says who has the lead.
 */
export function whyEcho({ people }: Link, { row, lead, twin }: OfPerson): string | null {
  if (isEcho(row, lead, people === null ? undefined : syncLagMs)) return "echo";
  const { change } = row;
  if (twin === null || change.kind !== "lead-changed" || change.field !== "owner") return null;
  if (isEcho(row, twin, syncLagMs)) return "echo";
  return lead === null ? "not-the-authority" : null;
}
