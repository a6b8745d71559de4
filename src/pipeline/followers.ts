import type { Deps } from "../deps.ts";
import type { Query, Tx } from "../store/db.ts";
import { type Follower, followersInVain, followersOf } from "../store/followers.ts";
import { enqueueAll } from "./own-events.ts";
import type { DecisionContext, Link } from "./workspace.ts";

type Released = { leadIds: readonly string[]; at: string };

/**
 * What follows these leads is decided anew: they have got an owner, were stopped or are gone. Tells how many; the inbox is
 * to be looked into after the commit.
 */
export async function releaseFollowers(tx: Tx, link: Link, { leadIds, at }: Released): Promise<number> {
  const followers = await followersOf(tx, link.connection.id, leadIds);
  await decideAgain(tx, link, { followers, at, reviveIgnored: true });
  return followers.length;
}

/** The same for decisions of leads that others may follow: those that were seen before. */
export function releaseByDecisions(
  tx: Tx,
  link: Link,
  { contexts, known, at }: { contexts: readonly DecisionContext[]; known: ReadonlyMap<string, unknown>; at: string },
): Promise<number> {
  const leadIds = contexts
    .filter(({ decision: { outcome } }) => outcome.kind !== "queued" && outcome.kind !== "followed")
    .map(({ decision }) => decision.leadId)
    .filter((leadId) => known.has(leadId));
  return releaseFollowers(tx, link, { leadIds, at });
}

/** Finds leads that follow one which keeps nobody waiting any more, whatever has kept us from noticing. */
export async function releaseForgotten(deps: Pick<Deps, "db" | "now">, link: Link): Promise<number> {
  const followers = await followersInVain(deps.db.query, link.connection.id);
  const at = deps.now().toISOString();
  // What came to nothing before (it had left the stage, say) comes to nothing again.
  return decideAgain(deps.db.query, link, { followers, at, reviveIgnored: false });
}

function decideAgain(
  db: Query,
  link: Link,
  { followers, at, reviveIgnored }: { followers: readonly Follower[]; at: string; reviveIgnored: boolean },
): Promise<number> {
  const own = followers.map(({ leadId, qualifiedAt, round, breachedBy }) => ({
    leadId,
    at,
    change: { kind: "lead-reassign" as const, qualifiedAt, round: round + 1, cause: "followed" as const, breachedBy },
  }));
  return enqueueAll(db, link, own, { reviveIgnored });
}
