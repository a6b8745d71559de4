import type { Held } from "./decision.ts";
import { afterWait, isStillHeld, nextLook, nextTurn } from "./next-turn.ts";
import type { Rerun } from "./rerun.ts";
import type { LeadOfPast, RerunOfPast } from "./rerun-past.ts";
import type { Shared } from "./snapshot.ts";

/** What a lead of the past came to. `first`: by what it was decided at first, `last`: in the end. */
export type Ended = { lead: LeadOfPast; made: Rerun; first: Shared; last: Shared };

type Waiting = Ended & { dueAt: string };

/** Decides leads of the past with all that comes after a first decision; each call gives those that have come to their end. */
export type TurnsOfPast = {
  /** `lead` qualified at this moment, which is no earlier than any before it. */
  take(lead: LeadOfPast): Ended[];
  /** No more leads come; looks at those who wait up to then, and takes the rest as they stand. */
  end(at: string): Ended[];
};

/**
 * What waits for somebody's shift, for room or for the owner of the lead that it follows is decided again when that may
 * have come, as it would be live. What a person worked on meanwhile has not waited any longer.
 */
export function createTurnsOfPast(rerun: RerunOfPast, sharedAt: (at: string) => Shared): TurnsOfPast {
  /** By when they are looked at again. */
  let waiting: Waiting[] = [];
  /** Lead id → those that follow it. */
  const followers = new Map<string, Ended[]>();

  /** Null: it waits. */
  const settle = (ended: Ended): Ended[] => {
    const { outcome } = ended.made;
    if (outcome.kind === "queued" && outcome.held !== undefined) {
      waiting = inserted(waiting, {
        ...ended,
        dueAt: nextLookAt(outcome.held, { from: ended.first.now, at: ended.last.now }),
      });
      return [];
    }
    if (outcome.kind === "followed" && waiting.some(({ made }) => made.leadId === outcome.leadId)) {
      followers.set(outcome.leadId, [...(followers.get(outcome.leadId) ?? []), ended]);
      return [];
    }
    return [ended, ...released(ended)];
  };

  /** Those who followed a lead that has come to its end. */
  const released = ({ made, last }: Ended): Ended[] => {
    const free = followers.get(made.leadId) ?? [];
    followers.delete(made.leadId);
    return free.flatMap((follower) => {
      const { facts } = follower.lead;
      const trigger = nextTurn({ facts, decision: follower.made }, { cause: "followed", breachedBy: [] });
      const lead = { ...follower.lead, facts: { ...facts, trigger } };
      return settle({ ...follower, lead, made: rerun.decide(last, lead), last });
    });
  };

  const look = (one: Waiting): Ended[] => {
    const { lead, made: before, first, dueAt } = one;
    if (lead.endAt !== null && lead.endAt <= dueAt) return [one, ...released(one)];
    const shared = sharedAt(dueAt);
    const again = { ...lead, facts: { ...lead.facts, trigger: afterWait({ facts: lead.facts, decision: before }) } };
    const made = rerun.decide(shared, again);
    const { outcome } = made;
    if (
      outcome.kind === "queued" &&
      outcome.held !== undefined &&
      isStillHeld({ facts: again.facts, decision: made })
    ) {
      waiting = inserted(waiting, { ...one, dueAt: nextLookAt(outcome.held, { from: first.now, at: dueAt }) });
      return [];
    }
    return settle({ lead: again, made, first, last: shared });
  };

  const lookUntil = (at: string): Ended[] => {
    const ended: Ended[] = [];
    for (let [next] = waiting; next !== undefined && next.dueAt <= at; [next] = waiting) {
      waiting = waiting.slice(1);
      ended.push(...look(next));
    }
    return ended;
  };

  return {
    take(given) {
      const at = given.facts.trigger.qualifiedAt;
      const due = lookUntil(at);
      const shared = sharedAt(at);
      const lead = { ...given, facts: rerun.withEarlier(given.facts) };
      return [...due, ...settle({ lead, made: rerun.decide(shared, lead), first: shared, last: shared })];
    },
    end(at) {
      const ended = lookUntil(at);
      const rest = [...waiting, ...[...followers.values()].flat()];
      waiting = [];
      followers.clear();
      return [...ended, ...rest];
    },
  };
}

/** In the order of when they are due; of equals the one that came first. */
function inserted(waiting: readonly Waiting[], one: Waiting): Waiting[] {
  const at = waiting.findIndex(({ dueAt }) => dueAt > one.dueAt);
  return at < 0 ? [...waiting, one] : [...waiting.slice(0, at), one, ...waiting.slice(at)];
}

const hourMs = 3_600_000;

/**
 * Live, whoever gets room is noticed at once. Here it is looked for after an hour, and then after as long again as the
 * lead has waited: some wait for weeks. What is known to come is not missed.
 */
function nextLookAt(held: Held, { from, at }: { from: string; at: string }): string {
  const stepMs = Math.max(hourMs, Date.parse(at) - Date.parse(from));
  const step = new Date(Date.parse(at) + stepMs).toISOString();
  const known = held.opensAt === null && held.until === null ? step : nextLook(held, at);
  return known > at && known < step ? known : step;
}
