import type { Clock } from "../../clock.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A consent that lives on: the refresh token that is good now, and whose tokens it gives. */
export type RefreshGrant = Pick<Session, "orgId" | "userId" | "clientId" | "scopes"> & {
  id: string;
  /** "5Aep…" */
  token: string;
  issuedAt: number;
  lastUsedAt: number;
};

export type RefreshTokens = {
  /** Changeable. A refresh token that nobody used for 30 days is over; a user has five of an app (salesforce.md §2.3). */
  settings: { idleMs: number; mostPerUser: number };
  /** A sixth ends the user's oldest one of the app. */
  issue(who: Pick<RefreshGrant, "orgId" | "userId" | "clientId" | "scopes">): RefreshGrant;
  /** Whose token it is, or was before it was replaced; null of one that is unknown or over. */
  find(token: string): RefreshGrant | null;
  /** Puts another token in the place of the current one. */
  rotate(grant: RefreshGrant): void;
  /** Ends the grant, all tokens that it ever had and its access tokens. */
  revoke(grant: RefreshGrant): void;
  /** Those that are alive, the oldest first. */
  list(): RefreshGrant[];
};

const dayMs = 86_400_000;

/** Refresh tokens in memory. Access tokens that came with one end with it. */
export function createRefreshTokens(clock: Clock, sessions: Sessions): RefreshTokens {
  const settings = { idleMs: 30 * dayMs, mostPerUser: 5 };
  /** By each token that it ever had. */
  const byToken = new Map<string, RefreshGrant>();
  const grants = new Set<RefreshGrant>();
  let lastNumber = 0;

  const newToken = (): string => `5Aep861${sessions.secret(80)}`;
  const isAlive = ({ lastUsedAt }: RefreshGrant): boolean => lastUsedAt + settings.idleMs > clock.now();
  const list = (): RefreshGrant[] => [...grants].filter(isAlive);

  function revoke(grant: RefreshGrant): void {
    grants.delete(grant);
    for (const [token, whose] of byToken) if (whose === grant) byToken.delete(token);
    sessions.end(({ grantId }) => grantId === grant.id);
  }

  return {
    ...{ settings, list, revoke },
    issue(who) {
      const others = list().filter(
        ({ orgId, userId, clientId }) => orgId === who.orgId && userId === who.userId && clientId === who.clientId,
      );
      // That the access tokens of the oldest end too is not documented: a guess.
      for (const oldest of others.slice(0, Math.max(0, others.length + 1 - settings.mostPerUser))) revoke(oldest);
      lastNumber += 1;
      const now = clock.now();
      const grant = { ...who, id: `grant-${lastNumber}`, token: newToken(), issuedAt: now, lastUsedAt: now };
      grants.add(grant);
      byToken.set(grant.token, grant);
      return grant;
    },
    find(token) {
      const grant = byToken.get(token);
      return grant !== undefined && isAlive(grant) ? grant : null;
    },
    rotate(grant) {
      grant.token = newToken();
      byToken.set(grant.token, grant);
    },
  };
}
