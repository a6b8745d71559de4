import { decide } from "./decide.ts";
import { ownerOf } from "./decision.ts";
import { createCandidates, earlierLeads } from "./duplicates/find-earlier.ts";
import { identityOf } from "./duplicates/identity.ts";
import { standingOf } from "./duplicates/standing.ts";
import type { Ledgers } from "./ledger.ts";
import type { Rerun } from "./rerun.ts";
import { createRerunRecent } from "./rerun-recent.ts";
import type { Assignment, LeadFacts, LeadStanding, Shared, State } from "./snapshot.ts";
import { stageWithoutLock } from "./working.ts";

/** A lead of which nothing is stored. `endAt`: when the work on it really ended; null: it has not yet. */
export type LeadOfPast = { facts: LeadFacts; endAt: string | null };

/** `to`: null when it has not ended yet. */
export type Work = { repId: string; from: string; to: string | null; points: number };

export type RerunOfPast = {
  /** Work that is nobody's to decide: a lead from before, a deal. */
  had(work: Work): void;
  /** The earlier leads of its person among those that were decided, as a part of its facts. */
  withEarlier(facts: LeadFacts): LeadFacts;
  /** Decides a lead at the `now` of what it shares. */
  decide(shared: Shared, lead: LeadOfPast): Rerun;
  /** As the last decision left them. */
  credits(): State["credits"];
};

/**
 * Decides leads of the past in the order of time. All that decisions move is this rerun's own, from the first of them on.
 * A lead is work for whom the rerun gave it for as long as it really was somebody's work.
 */
export function createRerunOfPast(): RerunOfPast {
  const work = createWork();
  const accounts = new Map<string, Assignment>();
  const standings = new Map<string, LeadStanding>();
  const candidatesOf = createCandidates();
  const recent = createRerunRecent();
  let ledgers: Ledgers = { credits: {} };

  const stateFor = (shared: Shared, { match, earlierLeads: earlier = [] }: LeadFacts): State => {
    const accountId = match?.account.id;
    const last = accountId === undefined ? undefined : accounts.get(accountId);
    const standing = earlier.flatMap(({ leadId }) => {
      const found = standings.get(leadId);
      return found === undefined ? [] : [[leadId, found] as const];
    });
    return {
      ...ledgers,
      load: work.at(shared.now),
      accounts: accountId === undefined || last === undefined ? {} : { [accountId]: last },
      recent: recent.at({}, shared),
      ...(standing.length === 0 ? {} : { leads: Object.fromEntries(standing) }),
    };
  };

  return {
    had: work.add,
    withEarlier(facts) {
      const identity = identityOf(facts);
      const earlier = earlierLeads(identity, candidatesOf({ leadId: facts.lead.id, identity }));
      return earlier.length === 0 ? facts : { ...facts, earlierLeads: earlier };
    },
    decide(shared, { facts, endAt }) {
      const { decision, pick, state } = decide(shared, facts, stateFor(shared, facts));
      const { outcome, tier, leadId } = decision;
      const { credits, leavers = {} } = state;
      ledgers = { credits, leavers };
      standings.set(leadId, standingOf(outcome));
      const owner = ownerOf(outcome);
      if (owner !== null) work.add({ repId: owner, from: shared.now, to: endAt, points: 1 });
      if (outcome.kind === "assigned") {
        const { repId } = outcome;
        const accountId = facts.match?.account.id;
        recent.given({ stored: null, to: repId, tier: { stored: "nurture", to: tier }, at: shared.now, shared });
        if (accountId !== undefined && outcome.stage !== stageWithoutLock)
          accounts.set(accountId, { repId, at: shared.now });
      }
      return { ...decision, pick };
    },
    credits: () => ledgers.credits,
  };
}

/** Who has how much open work. Asked in the order of time. */
function createWork() {
  /** By rep id. */
  const open = new Map<string, Work[]>();
  /** What begins later, the latest first once it is sorted. */
  const coming: Work[] = [];
  let isSorted = true;
  let asked = "";
  const begin = (work: Work): void => {
    const known = open.get(work.repId);
    if (known === undefined) open.set(work.repId, [work]);
    else known.push(work);
  };
  return {
    add(work: Work): void {
      if (work.from <= asked) begin(work);
      else {
        coming.push(work);
        isSorted = false;
      }
    },
    at(now: string): Record<string, number> {
      asked = now;
      if (!isSorted) coming.sort((a, b) => (a.from < b.from ? 1 : -1));
      isSorted = true;
      for (let next = coming.at(-1); next !== undefined && next.from <= now; next = coming.at(-1)) {
        begin(next);
        coming.pop();
      }
      const load: Record<string, number> = {};
      for (const [repId, all] of open) {
        const left = all.filter(({ to }) => to === null || to > now);
        open.set(repId, left);
        load[repId] = left.reduce((sum, { points }) => sum + points, 0);
      }
      return load;
    },
  };
}
