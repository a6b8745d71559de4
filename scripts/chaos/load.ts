import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { qualifyingStage, readTruth } from "./truth.ts";
import type { World } from "./world.ts";

export type Load = {
  /** What people and workflows do in one round of so many ms, spread over it. */
  schedule(roundMs: number): void;
  /** Leads that qualified so far, each qualification counted. */
  qualified(): number;
};

const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "2026-09" as const };
const countries = ["Germany", "United Kingdom", "Brazil"];
const scores = ["45", "65", "85"];

/** Contacts turn MQL, alone and in bursts; some leave the stage and come back; reps complete tasks. */
export function createLoad(world: World, random: () => number): Load {
  let made = 0;
  let qualifications = 0;
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

  function qualifyNew(portal: Portal): void {
    made += 1;
    const properties = {
      email: `lead-${made}@firm-${made % 97}.example`,
      country: pick(countries) ?? "",
      hubspotscore: pick(scores) ?? "",
      recent_conversion_event_name: "Guide",
    };
    const { id } = createRecord(portal, "0-1", properties, { ...workflow, trusted: true });
    enter(portal, id);
  }

  function enter(portal: Portal, contactId: string): void {
    qualifications += 1;
    updateRecord(portal, "0-1", contactId, { lifecyclestage: qualifyingStage }, workflow);
  }

  /** A lead whose story seemed to be over: it has its owner and its task. */
  function qualifyAgain(portal: Portal): void {
    const task = pick(tasksOf(world, portal));
    const contactId = task?.leadIds[0];
    if (contactId === undefined) return;
    playRep(portal, { action: "change-stage", contactId, stage: "lead" });
    world.after(100, () => enter(portal, contactId));
  }

  function completeTask(portal: Portal): void {
    const task = pick(tasksOf(world, portal).filter(({ open }) => open));
    if (task !== undefined) playRep(portal, { action: "complete-task", taskId: task.taskId });
  }

  return {
    schedule(roundMs) {
      const at = (run: () => void) => world.after(Math.floor(random() * roundMs), run);
      for (const portal of world.portals) {
        for (let each = 0; each < 5; each += 1) at(() => qualifyNew(portal));
        if (random() < 0.3) at(() => qualifyAgain(portal));
        if (random() < 0.3) at(() => completeTask(portal));
      }
      const crowded = pick(world.portals);
      if (crowded !== undefined && random() < 0.5)
        at(() => {
          for (let each = 0; each < 20; each += 1) qualifyNew(crowded);
        });
    },
    qualified: () => qualifications,
  };
}

const tasksOf = ({ hubspot }: World, portal: Portal) => readTruth(hubspot, [portal]).tasks;
