import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { HubspotRecord } from "../../src/sandbox/hubspot/portal.ts";
import type { Journey } from "../journeys/world.ts";

const shipped = readFileSync(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");

/** The shipped policy for six reps who never are full: what is asked is what survives. */
export const roomyPolicy = shipped.replace("capacity: 30", "capacity: 9999").replace(/caps: \{.*?\}/, "caps: {}");

/** Lets time pass on both sides until all is decided and written; gives how much passed, at most `atMostMs`. */
export async function passUntilWritten(journey: Journey, atMostMs: number, stepMs = 5_000): Promise<number> {
  for (let passed = 0; passed < atMostMs; passed += stepMs) {
    await journey.step(0);
    if ((await journey.open()).length === 0) return passed;
    await journey.step(stepMs);
  }
  return atMostMs;
}

const minuteMs = 60_000;

/**
 * Lets a minute pass. The search for missed leads that fell due in it, and what it found, is done before the next one
 * begins: a clock that outruns a busy machine would make it look late.
 */
export async function passMinute(journey: Journey): Promise<void> {
  await journey.step(minuteMs);
  const { deps } = journey.app;
  await journey.until("the CRM was asked for missed leads, and they are decided", async () => {
    const { rows } = await sql<{ since: string; waiting: boolean }>`
      select cursor->>'since' as since, exists (
        select 1 from inbox where state = 'pending' and change->>'kind' = 'lead-found') as waiting
      from sync_cursors where kind = 'qualified'
    `.execute(deps.db.query);
    const [look] = rows;
    if (look === undefined || look.waiting) return false;
    return journey.clock.now() - Date.parse(look.since) < deps.settings.reconcileMs + 1.5 * minuteMs;
  });
}

/** The tasks of Baton by the key that each carries, in its property or at the end of its body; deleted ones left out. */
export function tasksByKey({ portal }: Journey): Map<string, HubspotRecord[]> {
  const tasks = [...(portal.records.get("0-27")?.values() ?? [])].filter(({ archivedAt }) => archivedAt === null);
  return Map.groupBy(tasks, ({ properties }) => {
    const inBody = /Baton ref: ([\w.:-]+)/.exec(properties.get("hs_task_body") ?? "")?.[1];
    return properties.get("baton_task_key") ?? inBody ?? "none";
  });
}
