import type { State } from "./snapshot.ts";

/** A lead that the rerun gave to somebody else than the store: it counts for `to`, and not for whom it was stored. */
type Moved = { leadId: string; to: string | null };

/** What a rep holds, oldest first: leads that stayed where they were are only counted. `stored`: how many by the store. */
type Queue = { parts: (number | Moved)[]; stored: number };

type Given = { leadId: string; stored: string | null; to: string | null; before: string | null };

export type RerunLoads = {
  /** Loads as the rerun has them when the store had these. */
  at(stored: State["load"]): Record<string, number>;
  /** A lead went to `stored` by the store, and to `to` by the rerun; null: to nobody. `before`: whose it was by the store. */
  given(lead: Given): void;
  /** Who has the lead by the rerun, where that is not who has it by the store; undefined: it never went elsewhere. */
  holderOf(leadId: string): string | null | undefined;
};

type Held = {
  queues: Map<string, Queue>;
  moved: Map<string, { lead: Moved; by: string }>;
  /** Rep id → points that the rerun has more than the store; none for 0. */
  shift: Map<string, number>;
};

/**
 * Loads while leads are decided again. The store tells how much each rep had at each batch, not which leads ended in
 * between: the oldest of a rep's leads is taken to be the one that did. Where every lead goes where it went, the loads
 * are the stored ones exactly.
 */
export function createRerunLoads(): RerunLoads {
  const held: Held = { queues: new Map(), moved: new Map(), shift: new Map() };
  return {
    at(stored) {
      for (const repId of new Set([...held.queues.keys(), ...Object.keys(stored)])) {
        const more = (stored[repId] ?? 0) - queueOf(held, repId).stored;
        if (more < 0) endOldest(held, repId, -more);
        // What no decision of ours gave: it was there before, a person gave it, or it is a deal.
        else if (more > 0) add(held, repId, more);
      }
      const loads = { ...stored };
      for (const [repId, points] of held.shift) loads[repId] = Math.max(0, (loads[repId] ?? 0) + points);
      return loads;
    },
    given({ leadId, stored, to, before }) {
      take(held, leadId, before);
      if (stored !== to) part(held, { leadId, stored, to });
      else if (stored !== null) add(held, stored, 1);
    },
    holderOf: (leadId) => held.moved.get(leadId)?.lead.to,
  };
}

function queueOf({ queues }: Held, repId: string): Queue {
  const known = queues.get(repId) ?? { parts: [], stored: 0 };
  queues.set(repId, known);
  return known;
}

function move({ shift }: Held, repId: string | null, points: number): void {
  if (repId === null) return;
  const now = (shift.get(repId) ?? 0) + points;
  if (now === 0) shift.delete(repId);
  else shift.set(repId, now);
}

const isStoredWith = (lead: Moved, by: string): boolean => lead.to !== by;

/** The store and the rerun part over a lead. One that only the rerun gave away ends with the leads of whom it gave it to. */
function part(held: Held, { leadId, stored, to }: Omit<Given, "before">): void {
  const by = stored ?? to;
  if (by === null) return;
  const lead = { leadId, to };
  held.moved.set(leadId, { lead, by });
  const queue = queueOf(held, by);
  queue.parts.push(lead);
  if (stored !== null) queue.stored += 1;
  move(held, to, 1);
  move(held, stored, -1);
}

function end(held: Held, lead: Moved, by: string): void {
  held.moved.delete(lead.leadId);
  move(held, lead.to, -1);
  if (!isStoredWith(lead, by)) return;
  move(held, by, 1);
  queueOf(held, by).stored -= 1;
}

function endOldest(held: Held, repId: string, count: number): void {
  const queue = queueOf(held, repId);
  const left = queue.stored - count;
  while (queue.stored > left) {
    const [first] = queue.parts;
    if (first === undefined) return;
    if (typeof first !== "number") {
      queue.parts.shift();
      end(held, first, repId);
      continue;
    }
    const ended = Math.min(first, queue.stored - left);
    queue.stored -= ended;
    if (ended === first) queue.parts.shift();
    else queue.parts[0] = first - ended;
  }
}

function add(held: Held, repId: string, count: number): void {
  const queue = queueOf(held, repId);
  const last = queue.parts.length - 1;
  const latest = queue.parts[last];
  if (typeof latest === "number") queue.parts[last] = latest + count;
  else queue.parts.push(count);
  queue.stored += count;
}

/** It is given anew: whoever had it has it no more. */
function take(held: Held, leadId: string, before: string | null): void {
  const known = held.moved.get(leadId);
  if (known !== undefined) {
    const { parts } = queueOf(held, known.by);
    parts.splice(parts.indexOf(known.lead), 1);
    end(held, known.lead, known.by);
    return;
  }
  const queue = before === null ? undefined : held.queues.get(before);
  const at = queue?.parts.findLastIndex((each) => typeof each === "number") ?? -1;
  const count = queue?.parts[at];
  if (queue === undefined || typeof count !== "number") return;
  if (count === 1) queue.parts.splice(at, 1);
  else queue.parts[at] = count - 1;
  queue.stored -= 1;
}
