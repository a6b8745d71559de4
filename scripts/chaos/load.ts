import type { ChaosCrm } from "./crm.ts";
import type { World } from "./world.ts";

/** What people and workflows do in one round of so many ms, spread over it. */
export type Load = { schedule(roundMs: number): void };

/** Leads qualify, alone and in bursts; some leave the stage and come back; reps complete tasks. */
export function createLoad(world: World, random: () => number): Load {
  const places = world.crms.flatMap((crm) => crm.accountIds.map((accountId) => ({ crm, accountId })));
  return {
    schedule(roundMs) {
      const at = (run: () => void) => world.after(Math.floor(random() * roundMs), run);
      for (const place of places) {
        for (let each = 0; each < 5; each += 1) at(() => qualifyNew(place));
        if (random() < 0.3) at(() => place.crm.people.qualifyAgain(place.accountId));
        if (random() < 0.3) at(() => place.crm.people.completeTask(place.accountId));
      }
      const crowded = places[Math.floor(random() * places.length)];
      if (crowded !== undefined && random() < 0.5)
        at(() => {
          for (let each = 0; each < 20; each += 1) qualifyNew(crowded);
        });
    },
  };
}

const qualifyNew = ({ crm, accountId }: { crm: ChaosCrm; accountId: string }) => crm.people.qualifyNew(accountId);
