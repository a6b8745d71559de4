import { fileURLToPath } from "node:url";
import type { Crm } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { withCrmWords } from "../engine/policy-sections-text.ts";
import { policyLimit, readText } from "../read-text.ts";
import { otherPolicies } from "../store/policies.ts";

const shipped = fileURLToPath(new URL("../policies/default.yaml", import.meta.url));

/** The text of the policy that new workspaces begin with; null: the shipped one. Throws Invalid with all its problems. */
export async function readStartingPolicy(path: string | null): Promise<string> {
  const text = await readText(path ?? shipped, policyLimit);
  parsePolicy(text, path === null ? "The shipped policy" : `The policy ${path}`);
  return text;
}

/**
 * The policy that a new workspace of a CRM begins with: with that one's own words, unless the text has some for it or speaks
 * of another stage than the shipped policy, whose words it has then. The text is one that `readStartingPolicy` gave.
 */
export async function startingPolicyOf(
  { name, policyWords }: Pick<Crm, "name" | "policyWords">,
  text: string,
): Promise<string> {
  if (policyWords === null) return text;
  const { byCrm, qualifyingStage } = parsePolicy(text);
  const shippedStage = parsePolicy(await readStartingPolicy(null)).qualifyingStage;
  return Object.hasOwn(byCrm, name) || qualifyingStage !== shippedStage ? text : withCrmWords(text, name, policyWords);
}

/** A sentence for each workspace that routes by another policy than the file that BATON_POLICY names. */
export async function policyDifferences(
  { db, crms }: Pick<Deps, "db" | "crms">,
  path: string | null,
): Promise<string[]> {
  if (path === null) return [];
  const text = await readText(path, policyLimit);
  const begun = await Promise.all(Object.values(crms).map((crm) => startingPolicyOf(crm, text)));
  const others = await otherPolicies(db.query, [text, ...begun]);
  return others.map(
    ({ workspaceId, name, version }) =>
      `Workspace ${name} (${workspaceId}) routes by version ${version} of its own policy, which is not what BATON_POLICY (${path}) says: the file is for new workspaces alone; "policy publish" changes theirs.`,
  );
}
