import { parsePolicy } from "../engine/parse-policy.ts";
import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import {
  activePolicy,
  type GoldenFiles,
  goldenOf,
  policyVersions,
  publishPolicy,
  readPolicy,
} from "../store/policies.ts";
import { allWorkspaces, type NamedWorkspace } from "../store/workspaces.ts";
import { proveWrong } from "./prove-wrong.ts";

/** Who says so, and who has looked at it: two people. */
export type Signed = { by: string; approvedBy: string };

type Draft = {
  workspace: NamedWorkspace;
  text: string;
  /** Null or absent: those of the version in force. */
  golden?: GoldenFiles | null;
  /** Why it is published whatever is wrong with it; null or absent: only when nothing is. */
  despite?: string | null;
  at: string;
};

/**
 * Makes a policy the one that a workspace routes by, from the next batch on; leads that are being decided keep theirs.
 * Throws `Invalid` with everything that keeps it from being a policy, and `Refused` when nobody else approved, nothing
 * changed, or it can be proved wrong: an error of the lint, a golden lead that comes out otherwise. The golden leads are
 * kept with the version, for the next one.
 */
export async function publish(
  db: Db,
  { workspace, text, golden: given = null, despite = null, at, ...signed }: Signed & Draft,
): Promise<number> {
  requireApproval(signed);
  const policy = parsePolicy(text);
  const active = await activePolicy(db.query, workspace.id);
  if (active?.text === text)
    throw new Refused(`${workspace.name} routes by this very policy already, as its version ${active.version}.`);
  const golden = given ?? (active === null ? [] : await goldenOf(db.query, workspace.id, active.version));
  const reason = despite?.trim() ?? "";
  const wrong = await proveWrong(db.query, { workspaceId: workspace.id, policy, text, golden, now: at });
  if (wrong.length > 0 && reason === "")
    throw new Refused(
      [
        `The policy is not published: ${wrong.length === 1 ? "this is" : "these are"} wrong with it.`,
        ...wrong,
        'Mend it; in an emergency say why it has to be all the same, with --despite "<reason>": the history keeps that.',
      ].join("\n"),
    );
  const publishers = {
    publishedBy: signed.by,
    approvedBy: signed.approvedBy,
    // Nothing was wrong: there is nothing that it was published despite.
    despite: wrong.length === 0 ? null : reason,
  };
  return db.transaction((tx) => publishPolicy(tx, { workspaceId: workspace.id, text, golden, at, ...publishers }));
}

/**
 * Brings an earlier version back as a new one, with its golden leads: the one before the present one unless `to` says
 * which. It was proved when it was published, and going back must be quick: nothing is proved again. Throws `Refused`
 * when there is none, or when this release does not take it any more.
 */
export async function rollBack(
  db: Db,
  { workspace, to, at, ...signed }: Signed & { workspace: NamedWorkspace; to: number | null; at: string },
): Promise<{ version: number; restores: number }> {
  requireApproval(signed);
  const [present] = await policyVersions(db.query, workspace.id);
  const inForce = present?.restores ?? present?.version ?? 0;
  const restores = to ?? inForce - 1;
  if (to === null && restores < 1)
    throw new Refused(
      `${workspace.name} routes by the first version that it had, and none was before: say which, with --to.`,
    );
  const earlier = await readPolicy(db.query, workspace.id, restores);
  if (present === undefined || earlier === null || restores === present.version)
    throw new Refused(`${workspace.name} has no earlier version ${restores}: "policy history" lists those there are.`);
  parsePolicy(earlier.text, `Version ${restores}`);
  const golden = await goldenOf(db.query, workspace.id, restores);
  const publishers = { publishedBy: signed.by, approvedBy: signed.approvedBy, restores, golden };
  const version = await db.transaction((tx) =>
    publishPolicy(tx, { workspaceId: workspace.id, text: earlier.text, at, ...publishers }),
  );
  return { version, restores };
}

/** Throws `Refused` when it is not signed by two. */
export function requireApproval({ by, approvedBy }: Signed): void {
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
