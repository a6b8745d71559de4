import type { Clock } from "../../clock.ts";

/** Who may call what: an access token is a session (salesforce.md §2.3). */
export type Session = {
  /** "00D…!opaque" */
  token: string;
  orgId: string;
  userId: string;
  clientId: string;
  scopes: readonly string[];
  /** Of the refresh token that it came with; null of one that came alone. */
  grantId: string | null;
  issuedAt: number;
  lastUsedAt: number;
};

type NewSession = Pick<Session, "orgId" | "userId" | "clientId" | "scopes"> & { grantId?: string | null };

export type Sessions = {
  /** How long a session lives without a call, ms; changeable. An org's default: two hours. */
  settings: { idleMs: number };
  issue(who: NewSession): Session;
  /** Null of one that is unknown or over; a call prolongs it. */
  use(token: string): Session | null;
  /** As `use`, but it prolongs nothing. */
  look(token: string): Session | null;
  /** Those that are alive, the oldest first. */
  list(): Session[];
  /** Ends those that it is asked for, and tells how many. */
  end(isMeant: (session: Session) => boolean): number;
  /** A new opaque text. */
  secret(length: number): string;
};

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

export function createSessions(clock: Clock, random: () => number): Sessions {
  const sessions = new Map<string, Session>();
  const settings = { idleMs: 2 * 3_600_000 };

  function secret(length: number): string {
    let text = "";
    while (text.length < length) text += alphabet.charAt(Math.floor(random() * alphabet.length));
    return text;
  }

  const isAlive = ({ lastUsedAt }: Session): boolean => lastUsedAt + settings.idleMs > clock.now();

  function look(token: string): Session | null {
    const session = sessions.get(token);
    return session !== undefined && isAlive(session) ? session : null;
  }

  return {
    settings,
    secret,
    look,
    list: () => [...sessions.values()].filter(isAlive),
    issue(who) {
      const now = clock.now();
      const token = `${who.orgId.slice(0, 15)}!AQ${secret(94)}`;
      const session = { grantId: null, ...who, token, issuedAt: now, lastUsedAt: now };
      sessions.set(token, session);
      return session;
    },
    use(token) {
      const session = look(token);
      if (session !== null) session.lastUsedAt = clock.now();
      return session;
    },
    end(isMeant) {
      const over = [...sessions.values()].filter(isMeant);
      for (const { token } of over) sessions.delete(token);
      return over.length;
    },
  };
}
