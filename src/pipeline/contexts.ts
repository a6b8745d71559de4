import type { Deps } from "../deps.ts";
import type { Shared } from "../engine/snapshot.ts";
import { readDecisions } from "../store/decisions.ts";
import type { DecisionContext, Link, PublishedPolicy, Workspace } from "./workspace.ts";

export function sharedFacts(deps: Deps, link: Link, published: PublishedPolicy): Shared {
  return {
    policy: published.policy,
    policyVersion: published.version,
    now: deps.now().toISOString(),
    reps: link.roster.reps,
    stages: link.roster.stages,
    timeZone: link.connection.timeZone,
  };
}

/** Stored decisions with what their texts need, under the policy and roster of now. Erased ones are left out. */
export async function readContexts(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  decisionIds: readonly string[],
): Promise<Map<string, DecisionContext>> {
  const shared = sharedFacts(deps, link, await workspace.readPolicy());
  const contexts = new Map<string, DecisionContext>();
  for (const row of await readDecisions(deps.db.query, workspace.lease.workspaceId, decisionIds)) {
    if (row.facts === null) continue;
    const { id: decisionId, decision, facts, decidedAt, policyVersion } = row;
    const receivedAt = row.receivedAt ?? decidedAt;
    contexts.set(decisionId, {
      decisionId,
      decision,
      facts,
      decidedAt,
      receivedAt,
      shared: { ...shared, policyVersion },
    });
  }
  return contexts;
}
