import { randomUUID } from "node:crypto";
import type { Crm, Installed } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { connectionsOf, findConnection, LinkedElsewhere, linkConnection } from "../store/connections.ts";
import type { Tx } from "../store/db.ts";
import { isStateUsed, useOauthState } from "../store/oauth-states.ts";
import { activePolicy, publishPolicy } from "../store/policies.ts";
import { dropCursor } from "../store/sync-cursors.ts";
import { saveTokens } from "../store/tokens.ts";
import { ensureWorkspace, lockWorkspace } from "../store/workspaces.ts";
import { type InstallState, installStateMaxAgeMs, makeInstallState, readInstallState } from "./install-state.ts";
import { inboxChannel } from "./receive.ts";
import { startingPolicyOf } from "./starting-policy.ts";

type InstallDeps = Pick<Deps, "db" | "keyring" | "now" | "settings">;

/** The CRM sends the browser back here; registered with the CRM to the letter. */
function redirectUri({ settings }: Pick<Deps, "settings">, crm: Crm): string {
  return `${settings.publicUrl}/${crm.name}/oauth/callback`;
}

/**
 * Where to send the browser, and the state that it must bring back: once, within ten minutes. `workspaceId`: the account
 * is to join this workspace.
 */
export function beginInstall(
  deps: InstallDeps,
  crm: Crm,
  { workspaceId }: InstallState,
): { url: string; state: string } {
  const state = makeInstallState(deps.keyring, deps.now(), { workspaceId });
  return { url: crm.authorizeUrl({ state, redirectUri: redirectUri(deps, crm) }), state };
}

/** Nothing is stored of what is not connected. */
export type InstallResult =
  /** `hasJoined`: a workspace that was there, whose policy stayed. */
  | { kind: "connected"; connection: Connection; name: string; hasJoined: boolean }
  /** The state is not ours, was used already, or is too old. */
  | { kind: "unknown-state" }
  /** Another installation of the same account came first and stands. */
  | { kind: "linked-elsewhere" }
  /** It was to join a workspace, and has its own already, with decisions and policy. */
  | { kind: "in-another-workspace" }
  /** The workspace has another account of this CRM. */
  | { kind: "has-one-already"; externalId: string };

export type Callback = {
  crm: Crm;
  code: string;
  state: string;
  /** The policy that a new workspace begins with. */
  policyText: string;
};

/**
 * Stores the connection with its tokens. An account that was connected before keeps its workspace, policy and history;
 * a new one joins the workspace that the installation was begun for, whose policy stays, or gets one of its own.
 * The worker does the rest when it finds a connection that it never synced. Throws CrmError when the CRM refuses the code.
 */
export async function completeInstall(deps: InstallDeps, callback: Callback): Promise<InstallResult> {
  const { crm, code, state } = callback;
  const now = deps.now();
  const begun = readInstallState(deps.keyring, state, now);
  if (begun === null || (await isStateUsed(deps.db.query, state))) return { kind: "unknown-state" };
  const installed = await crm.exchangeCode({ code, state, redirectUri: redirectUri(deps, crm), now });
  const known = await findConnection(deps.db.query, crm.name, installed.externalId);
  if (known !== null && begun.workspaceId !== null && known.workspaceId !== begun.workspaceId)
    return { kind: "in-another-workspace" };
  const workspaceId = begun.workspaceId ?? known?.workspaceId ?? randomUUID();
  try {
    const policyText = await startingPolicyOf(crm, callback.policyText);
    const granted = {
      callback: { ...callback, policyText },
      installed,
      known,
      workspaceId,
      hasJoined: begun.workspaceId !== null,
      now,
    };
    const result = await deps.db.transaction((tx) => link(tx, deps, granted));
    if (result.kind === "connected") await deps.db.notify(inboxChannel);
    return result;
  } catch (error) {
    // Since we looked, the account was linked to another workspace.
    if (error instanceof LinkedElsewhere) return { kind: "linked-elsewhere" };
    throw error;
  }
}

type Granted = {
  callback: Callback;
  installed: Installed;
  known: Connection | null;
  workspaceId: string;
  hasJoined: boolean;
  now: Date;
};

/** All of an installation or nothing. Throws LinkedElsewhere. */
async function link(
  tx: Tx,
  { keyring }: InstallDeps,
  { callback, installed, known, workspaceId, hasJoined, now }: Granted,
): Promise<InstallResult> {
  const { crm, state, policyText } = callback;
  const at = now.toISOString();
  const expired = new Date(now.getTime() - installStateMaxAgeMs).toISOString();
  if (!(await useOauthState(tx, { state, at, expired }))) return { kind: "unknown-state" };
  await ensureWorkspace(tx, { id: workspaceId, name: installed.name, at });
  // Two accounts of one CRM that join at once: the second one sees the first.
  await lockWorkspace(tx, workspaceId);
  const others = (await connectionsOf(tx, workspaceId)).filter(
    ({ crm: name, externalId, status }) =>
      name === crm.name && externalId !== installed.externalId && status !== "removed",
  );
  if (others[0] !== undefined) return { kind: "has-one-already", externalId: others[0].externalId };
  if ((await activePolicy(tx, workspaceId)) === null) await publishPolicy(tx, { workspaceId, text: policyText, at });
  const fresh = newConnection(crm, installed, workspaceId);
  const linked = await linkConnection(tx, { ...fresh, capabilities: known?.capabilities ?? unprobed }, at);
  // Other scopes may have been granted this time: what the account allows is asked again.
  await dropCursor(tx, linked.id, "schema");
  await saveTokens(tx, keyring, { ...linked, tokens: installed.tokens });
  return { kind: "connected", connection: linked, name: installed.name, hasJoined };
}

// Until the worker has asked the account.
const unprobed: Connection["capabilities"] = { uniqueTaskKey: false, readsAvailability: false };

function newConnection(crm: Crm, installed: Installed, workspaceId: string): Omit<Connection, "grantNumber" | "mode"> {
  const { externalId, timeZone, uiHost, scopes } = installed;
  return {
    id: randomUUID(),
    workspaceId,
    crm: crm.name,
    externalId,
    status: "active",
    pausedBecause: null,
    timeZone,
    uiHost,
    scopes,
    capabilities: unprobed,
  };
}
