import { decideAll } from "../engine/decide.ts";
import type { Shared, State } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import type { LeadRow } from "../store/leads.ts";
import { type WithEarlier, withEarlierLeads } from "./earlier-leads.ts";
import { countsAfter, lockState } from "./lock-state.ts";
import type { Link, Ready } from "./workspace.ts";

/** Decisions in the order of `ready`, with all that they were made from and changed. */
export type DecidedFresh = ReturnType<typeof decideAll> &
  Pick<WithEarlier, "ready" | "keys"> & { stateBefore: State; counts: ReturnType<typeof countsAfter> };

/** Decides leads whose facts are there, under locked ledgers: nobody else moves what they rest on before the transaction ends. */
export async function decideFresh(
  tx: Tx,
  link: Link,
  { shared, known, fresh }: { shared: Shared; known: ReadonlyMap<string, LeadRow>; fresh: readonly Ready[] },
): Promise<DecidedFresh> {
  const { ready, keys, leads } = await withEarlierLeads(tx, link, { fresh, known });
  const facts = ready.map((one) => one.facts);
  const locked = await lockState(tx, link, { shared, facts });
  const stateBefore = Object.keys(leads).length === 0 ? locked : { ...locked, leads };
  const decided = decideAll(shared, facts, stateBefore);
  return {
    ...decided,
    ready,
    keys,
    stateBefore,
    counts: countsAfter(shared, { before: stateBefore, after: decided.after }),
  };
}
