/** A consent that waits to be exchanged for tokens. */
export type Grant = {
  appId: number;
  portalId: number;
  userId: number;
  redirectUri: string;
  scopes: string[];
  /** PKCE, S256; null when the caller sent none. */
  codeChallenge: string | null;
};

export type Grants = {
  /** Answers the authorisation code. */
  store(grant: Grant): string;
  find(code: string): Grant | undefined;
  /** A code works once. */
  use(code: string): void;
};

/** Authorisation codes in memory; `newCode` makes an unguessable one. */
export function createGrants(newCode: () => string): Grants {
  const grants = new Map<string, Grant>();
  return {
    store(grant) {
      const code = newCode();
      grants.set(code, grant);
      return code;
    },
    find: (code) => grants.get(code),
    use(code) {
      grants.delete(code);
    },
  };
}
