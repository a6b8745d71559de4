import { accountName } from "../crm/account-name.ts";
import { recordId } from "../crm/record-id.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { type ClockEvent, clockEventsOfLead } from "../store/clock-events.ts";
import { allConnections } from "../store/connections.ts";
import { counterpartsOf } from "../store/counterparts.ts";
import type { Query } from "../store/db.ts";
import { idsOfPerson } from "../store/leads.ts";
import { storiesOf } from "./explain-stories.ts";
import { explainWaiting } from "./explain-waiting.ts";

/**
 * The whole story of a lead as sentences, latest decision first, those of leads that were merged into it after its own;
 * and before all what is not worked yet; empty when nothing is known. `asked` is the CRM's id of it, as people paste it. `rep`, an owner id or a name,
 * asks why they have not got it; throws `Refused` when nobody is meant by it.
 */
export async function explainLead(
  { db }: Pick<Deps, "db">,
  asked: string,
  rep: string | null = null,
): Promise<string[]> {
  const stories: string[][] = [];
  const connections = await allConnections(db.query);
  for (const connection of connections) {
    const leadId = recordId(connection, asked);
    const ids = await idsOfPerson(db.query, connection.id, leadId);
    const events: ClockEvent[] = [];
    // A clock goes on under the survivor's id.
    for (const id of ids) events.push(...(await clockEventsOfLead(db.query, connection.workspaceId, id)));
    const waiting = await explainWaiting(db.query, connection, leadId);
    if (waiting.length > 0) stories.push(waiting);
    for (const id of ids) {
      const [first, ...others] = await storiesOf(db.query, connection, { leadId: id, events, rep });
      if (first === undefined) continue;
      const merged = id === leadId ? [] : [`Of lead ${id}, which was merged into this one:`];
      stories.push([...merged, ...first], ...others);
    }
    const story = await elsewhereOf(db.query, connections, { connectionId: connection.id, leadId, rep });
    if (story.length > 0) stories.push(...story);
  }
  return stories.flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
}

/** Of a lead whose person is decided about in another CRM of the workspace: where, and what was decided there. */
async function elsewhereOf(
  db: Query,
  connections: readonly Connection[],
  { connectionId, leadId, rep }: { connectionId: string; leadId: string; rep: string | null },
): Promise<string[][]> {
  const of = (await counterpartsOf(db, connectionId, [leadId])).get(leadId);
  const other = connections.find(({ id }) => id === of?.connectionId);
  if (of === undefined || other === undefined) return [];
  const events = await clockEventsOfLead(db, other.workspaceId, of.leadId);
  const [first = [], ...others] = await storiesOf(db, other, { leadId: of.leadId, events, rep });
  return [[`The same person is lead ${of.leadId} in ${accountName(other)}, and decided as that:`, ...first], ...others];
}
