import { createRandom } from "../../sandbox/create-random.ts";
import type { DemoTask, RepAct } from "../../sandbox/demo-crm.ts";
import type { DemoClock } from "./clock.ts";
import type { Leads } from "./places.ts";

/** What a rep did with a lead, for the line that tells of it. */
export type Act = { ownerId: string; how: RepAct; afterMs: number };

export type Player = {
  /** A follow-up task stands in the CRM: its rep will act, or not. */
  taskGiven(given: { leadId: string; taskId: string; round: number }): void;
  /** The last act on a lead; null when nobody did anything. */
  actOn(leadId: string): Act | null;
};

type Plan = { at: number; how: RepAct; leadId: string; taskId: string; ownerId: string; givenAt: number };

/**
 * Plays the reps: three of five act in time, one only when reminded, one never. Whoever gets a lead that another one
 * let lapse acts. Which rep does what follows from the seed and the lead alone.
 */
export function createPlayer({ leads, clock, seed }: { leads: Leads; clock: DemoClock; seed: number }): Player {
  const acts = new Map<string, Act>();

  function act({ how, leadId, taskId, ownerId, givenAt }: Plan): void {
    const { place, id } = leads.recordOf(leadId);
    if (place.crm.readTask(id, taskId)?.isOpen !== true || place.crm.viewLead(id).ownerId !== ownerId) return;
    place.crm.act(how, { leadId: id, taskId, by: ownerId });
    acts.set(leadId, { ownerId, how, afterMs: clock.now() - givenAt });
  }

  return {
    taskGiven({ leadId, taskId, round }) {
      const { place, id } = leads.recordOf(leadId);
      const task = place.crm.readTask(id, taskId);
      const { ownerId } = place.crm.viewLead(id);
      // The manager's tasks about somebody else's lead are not played.
      if (task === null || ownerId === null || task.ownerId !== ownerId) return;
      const number = leads.numberOf(leadId);
      const random = createRandom(seed * 1_000_003 + number * 31 + round);
      const at = whenToAct(task, { now: clock.now(), round, random, turn: (number + seed) % 5 });
      if (at === null) return;
      const plan: Plan = { at, how: howToAct(random()), leadId, taskId, ownerId, givenAt: clock.now() };
      clock.sandbox.at(at, () => act(plan));
    },
    actOn: (leadId) => acts.get(leadId) ?? null,
  };
}

type Chance = { now: number; round: number; random: () => number; turn: number };

/** Epoch ms; null: never. */
function whenToAct({ dueAt, remindAt }: DemoTask, { now, round, random, turn }: Chance): number | null {
  if (dueAt === null || dueAt <= now) return now;
  const warnAt = remindAt !== null && remindAt > now && remindAt < dueAt ? remindAt : (now + dueAt) / 2;
  if (round === 0 && turn === 3) return null;
  if (round === 0 && turn === 1) return warnAt + (dueAt - warnAt) * (0.4 + 0.3 * random());
  return now + (warnAt - now) * (0.15 + 0.6 * random());
}

function howToAct(draw: number): RepAct {
  if (draw < 0.6) return "completed the task";
  return draw < 0.85 ? "logged a call" : "sent an e-mail";
}
