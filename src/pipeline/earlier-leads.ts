import { type Candidate, candidatesWithin, earlierLeads } from "../engine/duplicates/find-earlier.ts";
import { type IdentityKeys, identityOf, keysOf } from "../engine/duplicates/identity.ts";
import { personName } from "../engine/duplicates/person-name.ts";
import type { LeadFacts, LeadStanding } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import { type Sharing, sharingKeys } from "../store/identities.ts";
import type { LeadRow } from "../store/leads.ts";
import type { Link } from "./workspace.ts";

/** The leads of a batch with the earlier leads of their persons among their facts. */
export type WithEarlier<Ready> = {
  ready: readonly Ready[];
  /** By lead id. */
  keys: ReadonlyMap<string, IdentityKeys>;
  /** Where the earlier leads stand; those of this batch that were never decided are missing. */
  leads: Readonly<Record<string, LeadStanding>>;
};

/**
 * Finds for each lead the earlier ones of its person: decided before, or before it in this batch. The later of two names
 * the earlier, never the other way round, so that no two can wait for each other.
 */
export async function withEarlierLeads<Ready extends { facts: LeadFacts }>(
  tx: Tx,
  { connection }: Pick<Link, "connection">,
  { fresh, known }: { fresh: readonly Ready[]; known: ReadonlyMap<string, LeadRow> },
): Promise<WithEarlier<Ready>> {
  const newcomers = fresh.map((ready) => {
    const leadId = ready.facts.lead.id;
    const identity = identityOf(ready.facts);
    return { leadId, identity, keys: keysOf(identity), number: known.get(leadId)?.number ?? null, ready };
  });
  const sharing = await sharingKeys(
    tx,
    { workspaceId: connection.workspaceId, connectionId: connection.id },
    newcomers,
  );
  const stored = Map.groupBy(sharing, ({ seekerId }) => seekerId);
  const inOrder = newcomers.toSorted((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || 0);
  const within = candidatesWithin(inOrder);
  const ready = newcomers.map(({ leadId, identity, ready: one }) => {
    const candidates = [...(stored.get(leadId) ?? []).map(candidateOf), ...(within.get(leadId) ?? [])];
    const earlier = earlierLeads(identity, candidates);
    return earlier.length === 0 ? one : { ...one, facts: { ...one.facts, earlierLeads: earlier } };
  });
  const named = new Set(ready.flatMap(({ facts }) => (facts.earlierLeads ?? []).map(({ leadId }) => leadId)));
  const standings = sharing.filter(({ leadId }) => named.has(leadId));
  return {
    ready,
    keys: new Map(newcomers.map(({ leadId, keys }) => [leadId, keys])),
    leads: Object.fromEntries(standings.map(({ leadId, state, ownerId }) => [leadId, { state, ownerId }])),
  };
}

const candidateOf = ({ leadId, by, firstName, lastName, hasEmail }: Sharing): Candidate => ({
  leadId,
  by,
  name: personName(firstName, lastName),
  hasEmail,
});
