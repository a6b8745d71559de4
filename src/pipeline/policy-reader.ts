import type { Deps } from "../deps.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyInCrm } from "../engine/policy-in-crm.ts";
import { activePolicy } from "../store/policies.ts";
import type { PublishedPolicy, Workspace } from "./workspace.ts";

const policyFreshMs = 1_000;

/** The published policy, looked up once a second at most and parsed once per version. */
export function policyReader(deps: Deps, workspaceId: string): Workspace["readPolicy"] {
  let known: PublishedPolicy | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<PublishedPolicy> => {
    if (known !== null && deps.monotonic() - readAtMs < policyFreshMs) return known;
    readAtMs = deps.monotonic();
    const active = await activePolicy(deps.db.query, workspaceId);
    if (active === null) throw new Error(`Workspace ${workspaceId} has no published policy.`);
    if (known?.version !== active.version) known = { version: active.version, policy: parsePolicy(active.text) };
    return known;
  };
  return async (crm) => {
    const { policy, version } = await read();
    return { policy: policyInCrm(policy, crm), version };
  };
}
