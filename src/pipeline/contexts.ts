import type { Deps } from "../deps.ts";
import { namesOf } from "../engine/names.ts";
import { holidayRegion } from "../engine/rep-settings.ts";
import type { Shared } from "../engine/snapshot.ts";
import { readDecisions } from "../store/decisions.ts";
import type { DecisionContext, Link, PublishedPolicy, Workspace } from "./workspace.ts";

/** `now` is when the facts began to be read: nothing in them is older, and what happens later was not seen. */
export function sharedFacts(
  { publicHolidays }: Pick<Deps, "publicHolidays">,
  link: Pick<Link, "roster" | "connection">,
  published: PublishedPolicy,
  now: Date,
): Shared {
  const { reps, stages } = link.roster;
  const { crm, timeZone } = link.connection;
  const isOwn = Object.hasOwn(published.policy.byCrm, crm);
  const common = { policy: published.policy, timeZone, ...(isOwn ? { crm } : {}) };
  const regions = new Set(reps.map((rep) => holidayRegion(common, rep)).filter((region) => region !== null));
  // A shift that begins in this year may be waited for until far into the next.
  const years = [now.getUTCFullYear(), now.getUTCFullYear() + 1];
  const holidaysOf = (region: string) => years.flatMap((year) => publicHolidays(region, year));
  return {
    ...common,
    policyVersion: published.version,
    now: now.toISOString(),
    reps,
    stages,
    holidays: Object.fromEntries([...regions].sort().map((region) => [region, holidaysOf(region)])),
  };
}

/** Stored decisions with what their texts need, under the policy and roster of now. Erased ones are left out. */
export async function readContexts(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  decisionIds: readonly string[],
): Promise<Map<string, DecisionContext>> {
  const shared = sharedFacts(deps, link, await workspace.readPolicy(link.connection.crm), deps.now());
  const names = namesOf(shared.reps);
  const contexts = new Map<string, DecisionContext>();
  for (const row of await readDecisions(deps.db.query, workspace.lease.workspaceId, decisionIds)) {
    if (row.facts === null) continue;
    const { id: decisionId, decision, facts, decidedAt, policyVersion } = row;
    const receivedAt = row.receivedAt ?? decidedAt;
    contexts.set(decisionId, {
      decisionId,
      decision,
      facts,
      names,
      decidedAt,
      receivedAt,
      shared: { ...shared, policyVersion },
    });
  }
  return contexts;
}
