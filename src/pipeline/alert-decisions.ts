import type { Query } from "../store/db.ts";
import { alertGhostOwners } from "./ghost-owners.ts";
import { alertOwnersAway } from "./owner-away.ts";
import { alertOverCapacity } from "./owner-over-capacity.ts";
import { alertStale } from "./stale-leads.ts";
import type { DecisionContext, Link } from "./workspace.ts";

/** What somebody should look into of these decisions, in the transaction that records them. */
export async function alertDecisions(tx: Query, link: Link, contexts: readonly DecisionContext[]): Promise<void> {
  // What is to be done about them concerns leads that we gave to somebody.
  if (link.connection.mode === "shadow") return;
  await alertOwnersAway(tx, link, contexts);
  await alertOverCapacity(tx, link, contexts);
  await alertGhostOwners(tx, link, contexts);
  await alertStale(tx, link, contexts);
}
