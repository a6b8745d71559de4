import { parsePolicy } from "../engine/parse-policy.ts";
import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { activePolicy, policyVersions, publishPolicy, readPolicy } from "../store/policies.ts";
import { allWorkspaces, type NamedWorkspace } from "../store/workspaces.ts";

/** Who says so, and who has looked at it: two people. */
type Signed = { by: string; approvedBy: string };

/**
 * Makes a policy the one that a workspace routes by, from the next batch on; leads that are being decided keep theirs.
 * Throws `Invalid` with everything that is wrong with it, and `Refused` when nobody else approved or nothing changed.
 */
export async function publish(
  db: Db,
  { workspace, text, at, ...signed }: Signed & { workspace: NamedWorkspace; text: string; at: string },
): Promise<number> {
  requireApproval(signed);
  parsePolicy(text);
  const active = await activePolicy(db.query, workspace.id);
  if (active?.text === text)
    throw new Refused(`${workspace.name} routes by this very policy already, as its version ${active.version}.`);
  const publishers = { publishedBy: signed.by, approvedBy: signed.approvedBy };
  return db.transaction((tx) => publishPolicy(tx, { workspaceId: workspace.id, text, at, ...publishers }));
}

/**
 * Brings an earlier version back as a new one, the one before the present one unless `to` says which. Throws `Refused`
 * when there is none, or when this release does not take it any more.
 */
export async function rollBack(
  db: Db,
  { workspace, to, at, ...signed }: Signed & { workspace: NamedWorkspace; to: number | null; at: string },
): Promise<{ version: number; restores: number }> {
  requireApproval(signed);
  const [present] = await policyVersions(db.query, workspace.id);
  const restores = to ?? (present?.restores ?? present?.version ?? 0) - 1;
  const earlier = await readPolicy(db.query, workspace.id, restores);
  if (present === undefined || earlier === null || restores === present.version)
    throw new Refused(`${workspace.name} has no earlier version ${restores}: "policy history" lists those there are.`);
  parsePolicy(earlier.text, `Version ${restores}`);
  const publishers = { publishedBy: signed.by, approvedBy: signed.approvedBy, restores };
  const version = await db.transaction((tx) =>
    publishPolicy(tx, { workspaceId: workspace.id, text: earlier.text, at, ...publishers }),
  );
  return { version, restores };
}

function requireApproval({ by, approvedBy }: Signed): void {
  const [author, approver] = [by, approvedBy].map((name) => name.trim().toLowerCase());
  if (author === "" || approver === "")
    throw new Refused("Say who publishes it (--by) and who approved (--approved-by).");
  if (author === approver) throw new Refused("A policy is approved by somebody else than who publishes it.");
}

/** The workspace that is meant: of this id or name, or the only one there is. Throws `Refused` with those to choose from. */
export async function findWorkspace(db: Db, idOrName: string | null): Promise<NamedWorkspace> {
  const all = await allWorkspaces(db.query);
  const meant = idOrName === null ? all : all.filter(({ id, name }) => id === idOrName || name === idOrName);
  const [found, another] = meant;
  if (found !== undefined && another === undefined) return found;
  if (all.length === 0) throw new Refused("There is no workspace yet: install Baton in a CRM account first.");
  const choices = all.map(({ id, name }) => `${name} (${id})`).join(", ");
  throw new Refused(
    idOrName === null || another !== undefined
      ? `There are several workspaces, say which with --workspace: ${choices}.`
      : `There is no workspace ${idOrName}; there are ${choices}.`,
  );
}
