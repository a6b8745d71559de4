import { accountName } from "../crm/account-name.ts";
import type { Connection, ConnectionMode } from "../model/connection.ts";
import { Refused } from "../refused.ts";
import { allConnections } from "../store/connections.ts";
import type { Db, Query } from "../store/db.ts";
import { setMode } from "../store/shadow.ts";

type Switch = { connection: string | null; mode: ConnectionMode; by: string; at: string };

/**
 * Puts a connection into shadow, or lets it go live: no lead is decided in the other mode after that. Writes that are on their way
 * end within a second or two. Who did it is kept. Throws `Refused` when nobody is named or it is in that mode.
 */
export async function switchMode(db: Db, { connection: wanted, mode, by, at }: Switch): Promise<string[]> {
  if (by.trim() === "") throw new Refused("Say who switches it (--by).");
  const connection = await findLinked(db.query, wanted);
  const isChanged = await db.transaction((tx) => setMode(tx, { connection, mode, by: by.trim(), at }));
  const name = accountName(connection);
  if (!isChanged) throw new Refused(`${name} is ${mode === "shadow" ? "in shadow" : "live"} already.`);
  if (mode === "live")
    return [
      `${name} is live: from the next lead on Baton writes what it decides. Leads decided in shadow stay as they are.`,
    ];
  return [
    `${name} is in shadow: its leads are decided, and nothing is written to it but what is on its way already. Clocks that`,
    'run, tasks that are open and writes that wait are left to the people there. "shadow report" tells who really got the leads.',
  ];
}

/**
 * The connection that is meant, by our id or the CRM's of the account, or the only one. `workspaceId` null: of any. Throws
 * `Refused` with those there are.
 */
export async function findLinked(
  db: Query,
  wanted: string | null,
  workspaceId: string | null = null,
): Promise<Connection> {
  const linked = (await allConnections(db)).filter(
    (each) => each.status !== "removed" && (workspaceId === null || each.workspaceId === workspaceId),
  );
  const meant =
    wanted === null ? linked : linked.filter(({ id, externalId }) => id === wanted || externalId === wanted);
  const [found, another] = meant;
  if (found !== undefined && another === undefined) return found;
  if (linked.length === 0) throw new Refused("No CRM account is connected: install Baton in one first.");
  const choices = linked.map((each) => `${accountName(each)} (${each.id})`).join(", ");
  throw new Refused(
    found === undefined && wanted !== null
      ? `There is no connection ${wanted}; there are ${choices}.`
      : `There are several connections, say which with --connection: ${choices}.`,
  );
}
