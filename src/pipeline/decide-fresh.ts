import { decideAll } from "../engine/decide.ts";
import type { LeadFacts, Shared, State } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import type { LeadRow } from "../store/leads.ts";
import { type WithEarlier, withEarlierLeads } from "./earlier-leads.ts";
import { countsAfter, lockState } from "./lock-state.ts";
import type { Link, Ready } from "./workspace.ts";

type Batch<Ready> = { shared: Shared; known: ReadonlyMap<string, LeadRow>; fresh: readonly Ready[] };

/** What leads are decided by beside what they share: the facts that only the database tells, and what decisions move. */
export async function lockFacts<Ready extends { facts: LeadFacts }>(
  tx: Tx,
  link: Pick<Link, "connection">,
  { shared, known, fresh }: Batch<Ready>,
): Promise<Pick<WithEarlier<Ready>, "ready" | "keys"> & { stateBefore: State }> {
  const { ready, keys, leads } = await withEarlierLeads(tx, link, { fresh, known });
  const state = await lockState(tx, link, { shared, facts: ready.map(({ facts }) => facts) });
  return { ready, keys, stateBefore: Object.keys(leads).length === 0 ? state : { ...state, leads } };
}

/** Decisions in the order of `ready`, with all that they were made from and changed. */
export type DecidedFresh = ReturnType<typeof decideAll> &
  Awaited<ReturnType<typeof lockFacts<Ready>>> & { counts: ReturnType<typeof countsAfter> };

/** Decides leads under locked ledgers: nobody else moves what they rest on before the transaction ends. */
export async function decideFresh(tx: Tx, link: Link, batch: Batch<Ready>): Promise<DecidedFresh> {
  const locked = await lockFacts(tx, link, batch);
  const { ready, stateBefore: before } = locked;
  const decided = decideAll(
    batch.shared,
    ready.map(({ facts }) => facts),
    before,
  );
  return { ...decided, ...locked, counts: countsAfter(batch.shared, { before, after: decided.after }) };
}
