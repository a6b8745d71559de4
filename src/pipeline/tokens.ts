import type { Access, Crm, TokenSource } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { CrmError } from "../errors.ts";
import type { Connection, Tokens } from "../model/connection.ts";
import { aloneWithTokens, readTokens, saveTokens } from "../store/tokens.ts";

/**
 * The access token of one connection, for the worker that holds its workspace's lease; one that lost it may still ask.
 * Refreshes are single-flight, over all processes, and the answer is stored before it is used.
 *
 * `onRevoked` is called when the CRM says that the grant is gone, and when there are no tokens.
 */
export function createTokenSource(
  deps: Pick<Deps, "db" | "keyring" | "now">,
  crm: Crm,
  connection: Connection,
  onRevoked: (because: string) => Promise<void>,
): TokenSource {
  let held: Tokens | null = null;
  let refreshing: Promise<Tokens> | null = null;

  async function load(): Promise<Tokens> {
    held ??= await readTokens(deps.db.query, deps.keyring, connection.id);
    if (held !== null) return held;
    const because = "its tokens were dropped: install the app again";
    await onRevoked(because);
    throw new CrmError("unauthorized-final", `Connection ${connection.id}: ${because}.`);
  }

  async function refresh(old: Tokens): Promise<Tokens> {
    const stored = await readTokens(deps.db.query, deps.keyring, connection.id);
    // Another process had the lease meanwhile, or a person installed the app again.
    if (stored !== null && stored.accessToken !== old.accessToken) {
      held = stored;
      return stored;
    }
    try {
      const renewed = await crm.refreshTokens(old, deps.now());
      // Those of an earlier grant are not stored; they serve until the link is opened under the new one.
      await saveTokens(deps.db.query, deps.keyring, { ...connection, tokens: renewed });
      held = renewed;
      return renewed;
    } catch (error) {
      if (!(error instanceof CrmError) || error.kind !== "unauthorized-final") throw error;
      // The app may have been installed again while we held the grant of before.
      const stored = await readTokens(deps.db.query, deps.keyring, connection.id);
      if (stored !== null && stored.refreshToken !== old.refreshToken) {
        held = stored;
        return stored;
      }
      await onRevoked(error.message);
      throw error;
    }
  }

  function refreshOnce(old: Tokens): Promise<Tokens> {
    refreshing ??= aloneWithTokens(deps.db, connection.id, () => refresh(old)).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  return {
    async get() {
      const tokens = await load();
      const left = Date.parse(tokens.expiresAt) - deps.now().getTime();
      return accessOf(left > refreshAhead(tokens) ? tokens : await refreshOnce(tokens));
    },
    async renew(rejected) {
      const tokens = await load();
      return accessOf(tokens.accessToken !== rejected ? tokens : await refreshOnce(tokens));
    },
    refreshToken: async () => (await load()).refreshToken || null,
  };
}

const accessOf = ({ accessToken, instanceUrl }: Tokens): Access => ({
  token: accessToken,
  instanceUrl: instanceUrl ?? null,
});

/** A CRM may count every 401 against the app: a 30-minute token is renewed 5 minutes before its end. */
function refreshAhead(tokens: Tokens): number {
  return Math.min(5 * 60_000, tokens.lifetimeMs / 6);
}
