import type { Installation } from "./portal.ts";

export type AccessToken = { token: string; installation: Installation; expiresAt: number };

export type Tokens = {
  /** How long a new access token lives; changeable. HubSpot: 1800 s (hubspot.md §2.1). */
  settings: { lifetimeSeconds: number };
  issue(installation: Installation): AccessToken;
  find(token: string): AccessToken | undefined;
  /** Ends access tokens now, all or those of one portal: the next call with one is told EXPIRED_AUTHENTICATION. */
  expire(filter?: { portalId?: number }): number;
  /** Makes an installation's access tokens unknown. */
  forget(installation: Installation): void;
  /** A new opaque text of `length` characters. */
  secret(length: number): string;
};

/** Access tokens in memory. They are as long as HubSpot's may be, about 300 characters. */
export function createTokens({ now, random }: { now: () => number; random: () => number }): Tokens {
  const tokens = new Map<string, AccessToken>();
  const settings = { lifetimeSeconds: 1800 };
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  function secret(length: number): string {
    let text = "";
    while (text.length < length) text += alphabet[Math.floor(random() * alphabet.length)];
    return text;
  }

  return {
    settings,
    secret,
    issue(installation) {
      const token = `CN${secret(310)}`;
      const issued = { token, installation, expiresAt: now() + settings.lifetimeSeconds * 1000 };
      tokens.set(token, issued);
      return issued;
    },
    find: (token) => tokens.get(token),
    expire({ portalId } = {}) {
      let ended = 0;
      for (const token of tokens.values()) {
        if (portalId !== undefined && token.installation.portalId !== portalId) continue;
        if (token.expiresAt <= now()) continue;
        token.expiresAt = now();
        ended += 1;
      }
      return ended;
    },
    forget(installation) {
      for (const [text, token] of tokens) if (token.installation === installation) tokens.delete(text);
    },
  };
}
