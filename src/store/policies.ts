import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";

export type PublishedPolicy = { version: number; text: string; publishedAt: string };

/**
 * Who is behind a version: nobody where it came with the install. `restores`: the version whose text it brings back;
 * `despite`: why it was published though something was wrong with it.
 */
export type Publishers = {
  publishedBy: string | null;
  approvedBy: string | null;
  restores: number | null;
  despite: string | null;
};

const nobody: Publishers = { publishedBy: null, approvedBy: null, restores: null, despite: null };

/** Golden leads as the files that they were given as. */
export type GoldenFiles = readonly { path: string; text: string }[];

/** Stores the text as the next version and makes it the active one; answers its version, from 1. */
export async function publishPolicy(
  tx: Tx,
  {
    workspaceId,
    text,
    at,
    golden = [],
    ...given
  }: { workspaceId: string; text: string; at: string; golden?: GoldenFiles } & Partial<Publishers>,
): Promise<number> {
  const { publishedBy, approvedBy, restores, despite } = { ...nobody, ...given };
  // Of two that publish at once the second waits here, and then sees the first one's version.
  const locked = await sql`select 1 from workspaces where id = ${workspaceId} for update`.execute(tx);
  if (locked.rows.length === 0) throw new Error(`There is no workspace ${workspaceId} to publish a policy for.`);
  const { rows } = await sql<{ version: number }>`
      insert into policies (workspace_id, version, text, published_at, published_by, approved_by, restores,
        despite, golden)
      select ${workspaceId}, coalesce(max(version), 0) + 1, ${text}, ${at}::timestamptz, ${publishedBy}::text,
        ${approvedBy}::text, ${restores}::int, ${despite}::text, ${golden.length === 0 ? null : toJson(golden)}::json
      from policies where workspace_id = ${workspaceId}
      returning version
    `.execute(tx);
  const version = rows[0]?.version ?? 0;
  await sql`update workspaces set policy_version = ${version} where id = ${workspaceId}`.execute(tx);
  return version;
}

/** Null when none was ever published. */
export async function activePolicy(db: Query, workspaceId: string): Promise<PublishedPolicy | null> {
  const { rows } = await sql<PublishedPolicy>`
    select p.version, p.text, p.published_at
    from workspaces w join policies p on p.workspace_id = w.id and p.version = w.policy_version
    where w.id = ${workspaceId}
  `.execute(db);
  return rows[0] ?? null;
}

export type PolicyVersion = Publishers & { version: number; publishedAt: string };

/** Every version that was published, newest first, without its text. */
export async function policyVersions(db: Query, workspaceId: string): Promise<PolicyVersion[]> {
  const { rows } = await sql<PolicyVersion>`
    select version, published_at, published_by, approved_by, restores, despite from policies
    where workspace_id = ${workspaceId} order by version desc
  `.execute(db);
  return rows;
}

export type NamedPolicy = { workspaceId: string; name: string; version: number };

/** The active policies, of all workspaces, whose text is none of these. */
export async function otherPolicies(db: Query, texts: readonly string[]): Promise<NamedPolicy[]> {
  const { rows } = await sql<NamedPolicy>`
    select w.id as workspace_id, w.name, p.version
    from workspaces w join policies p on p.workspace_id = w.id and p.version = w.policy_version
    where p.text <> all(${[...texts]}) order by w.id
  `.execute(db);
  return rows;
}

/** Any version that was published, for replay. */
export async function readPolicy(db: Query, workspaceId: string, version: number): Promise<PublishedPolicy | null> {
  const { rows } = await sql<PublishedPolicy>`
    select version, text, published_at from policies where workspace_id = ${workspaceId} and version = ${version}
  `.execute(db);
  return rows[0] ?? null;
}

/** The golden leads that a version was published with; empty when it was with none, or there is no such version. */
export async function goldenOf(db: Query, workspaceId: string, version: number): Promise<GoldenFiles> {
  const { rows } = await sql<{ golden: GoldenFiles | null }>`
    select golden from policies where workspace_id = ${workspaceId} and version = ${version}
  `.execute(db);
  return rows[0]?.golden ?? [];
}

/** Golden leads in place of those that a version was published with. */
export async function setGolden(
  db: Query,
  { workspaceId, version, golden }: { workspaceId: string; version: number; golden: GoldenFiles },
): Promise<void> {
  await sql`
    update policies set golden = ${toJson(golden)}::json where workspace_id = ${workspaceId} and version = ${version}
  `.execute(db);
}
