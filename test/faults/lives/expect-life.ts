import { sql } from "kysely";
import { openAlertsOfAll } from "../../../src/store/alerts.ts";
import type { Kind, LifeWorld } from "./world.ts";

/** A lead of the test: `livesOn`: under which id, if it does. `before`: the calls that had gone out when it was struck. */
export type Struck = {
  name: string;
  kind: Kind;
  leadId: string;
  livesOn: string | null;
  before: { owner: number; task: number };
};

/** What Baton's own tables say of one id. */
type Stored = { armed: number; openFollowUps: number; unsettled: number };

async function storedOf({ app }: LifeWorld, leadId: string): Promise<Stored> {
  const { rows } = await sql<Stored>`
    select
      (select count(*) from timers t join follow_ups f using (decision_id)
        where f.lead_id = ${leadId} and t.state = 'armed')::int as armed,
      (select count(*) from follow_ups f where f.lead_id = ${leadId} and f.state = 'open')::int as open_follow_ups,
      (select count(*) from operations o where o.lead_id = ${leadId} and o.settled_at is null)::int as unsettled
  `.execute(app.deps.db.query);
  return rows[0] ?? { armed: 0, openFollowUps: 0, unsettled: 0 };
}

const ended: Stored = { armed: 0, openFollowUps: 0, unsettled: 0 };
const watched: Stored = { armed: 2, openFollowUps: 1, unsettled: 0 };

const isSame = (a: Stored, b: Stored) =>
  a.armed === b.armed && a.openFollowUps === b.openFollowUps && a.unsettled === b.unsettled;

/**
 * What is wrong with a lead that was struck, once everything has had its time; a line each. `mostAsks`: how often it may be
 * asked to be written since; more than once where it is not begun with, for too many others of the call are refused.
 */
export async function wrongsOf(world: LifeWorld, struck: Struck, mostAsks = 1): Promise<string[]> {
  const { leadId, livesOn, before } = struck;
  const wrong: string[] = [];
  const tell = (what: string) => wrong.push(`${struck.name} (${struck.kind}, ${leadId}): ${what}`);
  const present = livesOn ?? leadId;
  const seen = world.seen(present);
  const isInHand = seen?.qualifies === true;
  for (const id of new Set([leadId, present])) {
    const stored = await storedOf(world, id);
    const wanted = isInHand && id === present ? watched : ended;
    if (!isSame(stored, wanted)) tell(`${id} has ${JSON.stringify(stored)}, not ${JSON.stringify(wanted)}`);
  }
  if (isInHand && seen.ownerId === null) tell("it has no owner");
  if (isInHand && (seen.openTasks.length !== 1 || seen.openTasks[0] !== seen.ownerId))
    tell(`its open tasks are of ${JSON.stringify(seen.openTasks)}, and it is of ${seen.ownerId}`);
  if (!isInHand && (seen?.openTasks ?? []).length > 0) tell("nobody is to work on it, and it has an open task");
  // What is refused for good is not tried again.
  const since = world.writes(leadId);
  const isBack = isInHand && present === leadId;
  if (!isBack && since.owner > before.owner + mostAsks)
    tell(`its owner was asked for ${since.owner - before.owner} times since`);
  if (!isBack && since.task > before.task + mostAsks)
    tell(`its task was asked for ${since.task - before.task} times since`);
  return wrong;
}

/** Whatever is parked, and why. */
export async function parked({ app }: LifeWorld): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select subject_id || ': ' || because as line from inbox where state = 'parked'
  `.execute(app.deps.db.query);
  return rows.map(({ line }) => line);
}

/** What a person was told to look at; that a lead is gone is nobody's to mend. */
export async function alerts({ app }: LifeWorld): Promise<string[]> {
  const open = await openAlertsOfAll(app.deps.db.query, 100);
  return open.filter(({ kind }) => kind !== "policy-names-nobody").map(({ kind, message }) => `${kind}: ${message}`);
}

/** Tables in which this text stands, whoever it is about. */
export async function tablesWith({ app }: LifeWorld, text: string): Promise<string[]> {
  const { query } = app.deps.db;
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'
  `.execute(query);
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await sql`
      select 1 from ${sql.id(name)} as it where it::text ilike ${`%${text}%`} limit 1
    `.execute(query);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
