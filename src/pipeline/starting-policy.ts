import { fileURLToPath } from "node:url";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import type { Db } from "../store/db.ts";
import { otherPolicies } from "../store/policies.ts";

const shipped = fileURLToPath(new URL("../policies/default.yaml", import.meta.url));

/** The text of the policy that new workspaces begin with; null: the shipped one. Throws Invalid with all its problems. */
export async function readStartingPolicy(path: string | null): Promise<string> {
  const text = await readText(path ?? shipped, policyLimit);
  parsePolicy(text, path === null ? "The shipped policy" : `The policy ${path}`);
  return text;
}

/** A sentence for each workspace that routes by another policy than the file that BATON_POLICY names. */
export async function policyDifferences(db: Db, path: string | null): Promise<string[]> {
  if (path === null) return [];
  const others = await otherPolicies(db.query, await readText(path, policyLimit));
  return others.map(
    ({ workspaceId, name, version }) =>
      `Workspace ${name} (${workspaceId}) routes by version ${version} of its own policy, which is not what BATON_POLICY (${path}) says: the file is for new workspaces alone; "policy publish" changes theirs.`,
  );
}
