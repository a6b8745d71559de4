import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { connectionsOf } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";
import { readReps } from "../store/reps.ts";
import { authorityAmong, joinPeople, type People } from "./people.ts";

/** The people of a workspace as its CRMs were last asked; null: it has one CRM, whose ids are everybody's. */
export async function readPeople(
  db: Query,
  workspaceId: string,
  policy: Pick<Policy, "ownerAuthority">,
): Promise<People | null> {
  const [first, ...others] = await linkedTo(db, workspaceId);
  if (first === undefined || others.length === 0) return null;
  const connections = [first, ...others] as const;
  const accounts = await Promise.all(
    connections.map(async ({ id, crm }) => ({ connectionId: id, crm, reps: await readReps(db, id) })),
  );
  const { id: authorityId } = authorityAmong(connections, policy);
  const authority = accounts.find(({ connectionId }) => connectionId === authorityId);
  return authority === undefined ? null : joinPeople(authority, accounts);
}

/** Whose records say who has a lead, by the policy of now; null where there is one CRM, or no policy. */
export async function readAuthority(db: Query, workspaceId: string): Promise<Connection | null> {
  const [first, ...others] = await linkedTo(db, workspaceId);
  if (first === undefined || others.length === 0) return null;
  const active = await activePolicy(db, workspaceId);
  return active === null ? null : authorityAmong([first, ...others], parsePolicy(active.text));
}

/** Paused ones too: their people go on working, and are wanted again when the account is. */
export async function linkedTo(db: Query, workspaceId: string): Promise<Connection[]> {
  return (await connectionsOf(db, workspaceId)).filter(({ status }) => status !== "removed");
}
