/** Consents that wait to be exchanged for tokens. */
export type Grants<Grant> = {
  /** Answers the authorisation code. */
  store(grant: Grant): string;
  find(code: string): Grant | undefined;
  /** A code works once. */
  use(code: string): void;
};

/** Authorisation codes in memory; `newCode` makes an unguessable one. */
export function createGrants<Grant>(newCode: () => string): Grants<Grant> {
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
