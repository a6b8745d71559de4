import { Invalid } from "../engine/invalid.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { Query } from "../store/db.ts";
import { readPolicy } from "../store/policies.ts";

export type PolicyOf = {
  /** A published version, parsed once; null when it is not there, or is no policy for this release any more. */
  of(version: number): Promise<Policy | null>;
  /** The versions for which null was answered. */
  unreadable: ReadonlySet<number>;
};

export function createPolicies(db: Query, workspaceId: string): PolicyOf {
  const known = new Map<number, Policy | null>();
  const unreadable = new Set<number>();

  async function read(version: number): Promise<Policy | null> {
    const published = await readPolicy(db, workspaceId, version);
    try {
      if (published !== null) return parsePolicy(published.text);
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
    }
    unreadable.add(version);
    return null;
  }

  return {
    unreadable,
    async of(version) {
      const policy = known.has(version) ? (known.get(version) ?? null) : await read(version);
      known.set(version, policy);
      return policy;
    },
  };
}
