import { decideAll } from "./decide.ts";
import type { Decision, LedgerPick, Outcome, Tier } from "./decision.ts";
import type { Ledgers } from "./ledger.ts";
import { createRerunAccounts } from "./rerun-accounts.ts";
import { createRerunLoads } from "./rerun-loads.ts";
import { createRerunRecent } from "./rerun-recent.ts";
import type { LeadFacts, LeadStanding, Shared, State } from "./snapshot.ts";
import { moveState } from "./working.ts";

/** A decision as it is stored, as far as a rerun looks at it; facts are null when they were erased. */
export type StoredLead = {
  leadId: string;
  round: number;
  facts: LeadFacts | null;
  /** Of the account that the lead belonged to, also where its facts are gone. */
  accountId: string | null;
  tier: Tier;
  outcome: Outcome;
  pick: LedgerPick | null;
};

export type Rerun = Decision & { pick: LedgerPick | null };

/**
 * How a stored decision comes out. `erased`: its facts are gone. `moot`: it took the lead from a rep whom the rerun had
 * not given it to, so nobody knows whether there would have been a reason.
 */
export type Redecided = { kind: "decided"; decision: Rerun } | { kind: "erased" } | { kind: "moot" };

/** In the order of the stored leads; `credits` as the batch left them. */
export type RerunBatch = { made: readonly Redecided[]; credits: State["credits"] };

type StoredStates = { state: State; leads: readonly StoredLead[] };

/**
 * Decides stored batches again, one after the other in their order, under other shared facts. Credits go on from batch
 * to batch; all else of the state is what the store had, with what went elsewhere. Under what they were decided by, all
 * come out alike.
 */
export function createRerun(): (shared: Shared, batch: StoredStates) => RerunBatch {
  const states = createRerunStates();
  return (shared, { state: stored, leads }) => {
    const before = states.at(shared, stored);
    // Who came to a pool or left it stands in its ledger before the first lead is decided, one that is not decided again too.
    let state = leads.some(({ facts }) => facts === null) ? decideAll(shared, [], before).after : before;
    const made: Redecided[] = [];
    const isMootLead = (lead: StoredLead): boolean => isMoot(lead, states.holderOf(lead.leadId));
    for (const run of runsOf(leads, isMootLead)) {
      const [first] = run;
      if (first.facts === null) {
        const { leadId, outcome, tier, pick: ledger, accountId } = first;
        state = moveState(state, { leadId, outcome, tier, ledger, accountId, at: shared.now });
        states.given(shared, first, { outcome, tier });
        made.push({ kind: "erased" });
      } else if (isMootLead(first)) {
        states.given(shared, first, null);
        made.push({ kind: "moot" });
      } else {
        const again = decideAll(shared, factsOf(run), state);
        state = again.after;
        for (const [at, lead] of run.entries()) {
          const decision = again.decisions[at];
          if (decision === undefined) throw new Error(`decideAll gave no decision for lead ${lead.leadId}.`);
          states.given(shared, lead, decision);
          made.push({ kind: "decided", decision: { ...decision, pick: again.picks[at] ?? null } });
        }
      }
    }
    states.keep(state);
    return { made, credits: state.credits };
  };
}

const factsOf = (run: Run): LeadFacts[] => run.flatMap(({ facts }) => facts ?? []);

/** What decisions move, part by part, as it is by the rerun. */
function createRerunStates() {
  const loads = createRerunLoads();
  const accounts = createRerunAccounts();
  const recent = createRerunRecent();
  let ledgers: Required<Ledgers> | null = null;
  return {
    at(shared: Shared, stored: State): State {
      return {
        ...stored,
        ...ledgers,
        load: loads.at(stored.load),
        accounts: accounts.at(stored.accounts ?? {}),
        recent: recent.at(stored.recent ?? {}, shared),
        leads: Object.fromEntries(
          Object.entries(stored.leads ?? {}).map(([id, standing]) => [id, standingBy(loads.holderOf(id)) ?? standing]),
        ),
      };
    },
    /** `now`: as the rerun decided it; null: it left the lead to whom it had given it to. */
    given(shared: Shared, lead: StoredLead, now: Pick<Decision, "outcome" | "tier"> | null): void {
      const { leadId, accountId, round, facts, outcome, tier } = lead;
      const stored = repOf(outcome);
      const to = now === null ? null : repOf(now.outcome);
      const holder = now === null ? (loads.holderOf(leadId) ?? null) : to;
      const before = round > 0 ? (facts?.lead.ownerId ?? null) : null;
      loads.given({ leadId, stored, to: holder, before });
      accounts.given({ accountId, stored: outcome, to: now?.outcome ?? null, at: shared.now });
      recent.given({ stored, to, tier: { stored: tier, to: now?.tier ?? tier }, at: shared.now, shared });
    },
    keep({ credits, leavers = {} }: Ledgers): void {
      ledgers = { credits, leavers };
    },
    holderOf: (leadId: string) => loads.holderOf(leadId),
  };
}

/** Where a lead stands that went elsewhere; null: it did not. */
function standingBy(holder: string | null | undefined): LeadStanding | null {
  if (holder === undefined) return null;
  return { state: holder === null ? "queued" : "assigned", ownerId: holder };
}

/** Who has the work of it: who keeps a lead has had it before. */
const repOf = (outcome: Outcome): string | null => (outcome.kind === "assigned" ? outcome.repId : null);

function isMoot({ round, facts }: StoredLead, holder: string | null | undefined): boolean {
  return round > 0 && facts !== null && holder !== undefined && facts.trigger.cause !== "merged";
}

type Run = [StoredLead, ...StoredLead[]];

/** Neighbours that are decided together; one that is not decided stands alone. */
function runsOf(leads: readonly StoredLead[], isMootLead: (lead: StoredLead) => boolean): Run[] {
  const runs: Run[] = [];
  let open: Run | null = null;
  for (const lead of leads) {
    const isDecided = lead.facts !== null && !isMootLead(lead);
    if (isDecided && open !== null) open.push(lead);
    else {
      const run: Run = [lead];
      runs.push(run);
      open = isDecided ? run : null;
    }
  }
  return runs;
}
