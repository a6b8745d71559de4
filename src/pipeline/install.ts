import { randomBytes, randomUUID } from "node:crypto";
import type { Crm, Installed } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { findConnection, LinkedElsewhere, linkConnection } from "../store/connections.ts";
import { addOauthState, useOauthState } from "../store/oauth-states.ts";
import { activePolicy, publishPolicy } from "../store/policies.ts";
import { dropCursor } from "../store/sync-cursors.ts";
import { saveTokens } from "../store/tokens.ts";
import { ensureWorkspace } from "../store/workspaces.ts";
import { inboxChannel } from "./receive.ts";

type InstallDeps = Pick<Deps, "db" | "keyring" | "now" | "settings">;

/** The CRM sends the browser back here; registered with the CRM to the letter. */
function redirectUri({ settings }: Pick<Deps, "settings">, crm: Crm): string {
  return `${settings.publicUrl}/${crm.name}/oauth/callback`;
}

/** Where to send the browser, and the state that it must bring back: once, within ten minutes. */
export async function beginInstall(deps: InstallDeps, crm: Crm): Promise<{ url: string; state: string }> {
  const state = randomBytes(32).toString("base64url");
  await addOauthState(deps.db.query, { state, workspaceId: randomUUID(), at: deps.now().toISOString() });
  return { url: crm.authorizeUrl({ state, redirectUri: redirectUri(deps, crm) }), state };
}

export type InstallResult =
  | { kind: "connected"; connection: Connection; name: string }
  /** The state is not ours, was used already, or is too old: nothing was asked of the CRM. */
  | { kind: "unknown-state" }
  /** Another installation of the same account came first and stands: nothing of this one's grant was stored. */
  | { kind: "linked-elsewhere" };

export type Callback = {
  crm: Crm;
  code: string;
  state: string;
  /** The policy that a new workspace begins with. */
  policyText: string;
};

/**
 * Stores the connection with its tokens. An account that was connected before keeps its workspace, policy and history.
 * The worker does the rest when it finds a connection that it never synced. Throws CrmError when the CRM refuses the code.
 */
export async function completeInstall(deps: InstallDeps, callback: Callback): Promise<InstallResult> {
  const { crm, code, state, policyText } = callback;
  const now = deps.now();
  const at = now.toISOString();
  const begun = await useOauthState(deps.db.query, { state, at });
  if (begun === null) return { kind: "unknown-state" };
  const installed = await crm.exchangeCode({ code, redirectUri: redirectUri(deps, crm), now });
  const known = await findConnection(deps.db.query, crm.name, installed.externalId);
  const workspaceId = known?.workspaceId ?? begun.workspaceId;
  await ensureWorkspace(deps.db.query, { id: workspaceId, name: installed.name, at });
  // Before the connection: no worker may find one without a policy.
  if ((await activePolicy(deps.db.query, workspaceId)) === null) {
    await publishPolicy(deps.db, { workspaceId, text: policyText, at });
  }
  const fresh = newConnection(crm, installed, workspaceId);
  const wanted = { ...fresh, capabilities: known?.capabilities ?? unprobed };
  const connection = await link(deps, { connection: wanted, tokens: installed.tokens, at });
  if (connection === null) return { kind: "linked-elsewhere" };
  await deps.db.notify(inboxChannel);
  return { kind: "connected", connection, name: installed.name };
}

/** Null: since we looked, the account was linked to another workspace. */
async function link(
  { db, keyring }: InstallDeps,
  { connection, tokens, at }: { connection: Connection; tokens: Installed["tokens"]; at: string },
): Promise<Connection | null> {
  try {
    return await db.transaction(async (tx) => {
      const linked = await linkConnection(tx, connection, at);
      // Other scopes may have been granted this time: what the account allows is asked again.
      await dropCursor(tx, linked.id, "schema");
      await saveTokens(tx, keyring, { id: linked.id, tokens });
      return linked;
    });
  } catch (error) {
    if (error instanceof LinkedElsewhere) return null;
    throw error;
  }
}

// Until the worker has asked the account.
const unprobed: Connection["capabilities"] = { uniqueTaskKey: false, readsAvailability: false };

function newConnection(crm: Crm, installed: Installed, workspaceId: string): Connection {
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
