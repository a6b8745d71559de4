import { createRandom } from "../../sandbox/create-random.ts";
import type { HubspotRecord, Portal } from "../../sandbox/hubspot/portal.ts";
import { parseTime } from "../../sandbox/hubspot/property-values.ts";
import { getRecord } from "../../sandbox/hubspot/records.ts";
import { playRep, type RepAction } from "../../sandbox/hubspot/rep.ts";
import type { DemoClock } from "./clock.ts";

/** What a rep did with a lead, for the line that tells of it. */
export type Act = { ownerId: string; how: "completed the task" | "logged a call" | "sent an e-mail"; afterMs: number };

export type Player = {
  /** A follow-up task stands in the portal: its rep will act, or not. */
  taskGiven(given: { leadId: string; taskId: string; round: number }): void;
  /** The last act on a lead; null when nobody did anything. */
  actOn(leadId: string): Act | null;
};

type Plan = { at: number; how: Act["how"]; leadId: string; taskId: string; ownerId: string; givenAt: number };

/**
 * Plays the reps: three of five act in time, one only when reminded, one never. Whoever gets a lead that another one
 * let lapse acts. Which rep does what follows from the seed and the lead alone.
 */
export function createPlayer({ portal, clock, seed }: { portal: Portal; clock: DemoClock; seed: number }): Player {
  const acts = new Map<string, Act>();

  function act({ how, leadId, taskId, ownerId, givenAt }: Plan): void {
    const lead = getRecord(portal, "0-1", leadId);
    const task = getRecord(portal, "0-27", taskId);
    const isOpen = task?.archivedAt === null && task.properties.get("hs_task_status") !== "COMPLETED";
    if (lead?.archivedAt !== null || !isOpen || lead.properties.get("hubspot_owner_id") !== ownerId) return;
    playRep(portal, actionOf(how, { leadId, taskId, ownerId }));
    acts.set(leadId, { ownerId, how, afterMs: clock.now() - givenAt });
  }

  return {
    taskGiven({ leadId, taskId, round }) {
      const task = getRecord(portal, "0-27", taskId);
      const ownerId = getRecord(portal, "0-1", leadId)?.properties.get("hubspot_owner_id");
      // The manager's tasks about somebody else's lead are not played.
      if (!task || ownerId === undefined || task.properties.get("hubspot_owner_id") !== ownerId) return;
      const random = createRandom(seed * 1_000_003 + Number(leadId) * 31 + round);
      const at = whenToAct(task, { now: clock.now(), round, random, turn: (Number(leadId) + seed) % 5 });
      if (at === null) return;
      const plan: Plan = { at, how: howToAct(random()), leadId, taskId, ownerId, givenAt: clock.now() };
      clock.sandbox.at(at, () => act(plan));
    },
    actOn: (leadId) => acts.get(leadId) ?? null,
  };
}

type Chance = { now: number; round: number; random: () => number; turn: number };

/** Epoch ms; null: never. */
function whenToAct(task: HubspotRecord, { now, round, random, turn }: Chance): number | null {
  const dueAt = parseTime(task.properties.get("hs_timestamp") ?? "");
  const remindAt = parseTime(task.properties.get("hs_task_reminders") ?? "");
  if (!(dueAt > now)) return now;
  const warnAt = remindAt > now && remindAt < dueAt ? remindAt : (now + dueAt) / 2;
  if (round === 0 && turn === 3) return null;
  if (round === 0 && turn === 1) return warnAt + (dueAt - warnAt) * (0.4 + 0.3 * random());
  return now + (warnAt - now) * (0.15 + 0.6 * random());
}

function howToAct(draw: number): Act["how"] {
  if (draw < 0.6) return "completed the task";
  return draw < 0.85 ? "logged a call" : "sent an e-mail";
}

function actionOf(
  how: Act["how"],
  { leadId, taskId, ownerId }: Pick<Plan, "leadId" | "taskId" | "ownerId">,
): RepAction {
  if (how === "completed the task") return { action: "complete-task", taskId, by: ownerId };
  return { action: how === "logged a call" ? "log-call" : "log-email", contactId: leadId, by: ownerId };
}
