import type { CrmClient } from "../crm/crm.ts";
import { retryHeads } from "./retry.ts";
import { routeBatch } from "./route.ts";
import type { StationOptions } from "./station.ts";
import type { Setup } from "./station-setup.ts";
import type { Head, Link, Workspace } from "./workspace.ts";

/** Reads at once where writes go in streams: each takes what came during the others, and few calls read many leads. */
const readsAtOnce = 2;

/** Where leads wait to be read and decided. */
export function leadStation(
  setup: Setup,
  { maxLeadBatch: maxBatch, leadWrites }: Pick<CrmClient, "maxLeadBatch" | "leadWrites">,
): StationOptions<Head> {
  const { deps, workspace, throttle, ahead } = setup;
  return {
    ...{ throttle, maxBatch },
    ...(leadWrites.streams === null ? {} : { atOnce: readsAtOnce }),
    room: () => ahead.room(setup.link().leads.atWork() + setup.link().updates.waiting()),
    lane: "live-read",
    reserveNext: true,
    priorityOf: (head) => head.priority,
    atMostOf: (head) => Math.min(maxBatch, head.atMost),
    async work(heads, permit) {
      const beganMs = deps.monotonic();
      try {
        await routeBatch(deps, workspace, setup.link(), { heads, permit });
        ahead.read(deps.monotonic() - beganMs);
      } catch (error) {
        permit.releaseReserve();
        throw error;
      } finally {
        permit.release();
      }
      await finishHeads(workspace, setup.link(), heads);
    },
    onError: (error, heads) => retryHeads(setup, error, heads),
  };
}

/** The leads are free again; what came for them meanwhile gets its turn. */
async function finishHeads(workspace: Workspace, link: Link, heads: readonly Head[]): Promise<void> {
  for (const head of heads) link.heads.delete(head.leadId);
  // They may have been the last of a group.
  if (workspace.suspects.any) workspace.wake();
  const late = heads.flatMap((head) => head.late);
  if (late.length > 0) await workspace.takeRows(link, late);
}
