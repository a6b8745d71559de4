import type { LeadWrites } from "../crm/crm.ts";
import { retryUpdates } from "./retry.ts";
import type { StationOptions } from "./station.ts";
import { priorityOf, type Setup } from "./station-setup.ts";
import { updateLeads } from "./update-leads.ts";
import type { UpdateJob } from "./workspace.ts";

/** Where updates of leads wait to be written. */
export function updateStation(setup: Setup, { maxBatch, streams }: LeadWrites): StationOptions<UpdateJob> {
  const { deps, workspace, throttle, ahead } = setup;
  return {
    ...{ throttle, maxBatch },
    ...(streams === null ? {} : { atOnce: streams, keysOf: lockedBy, isMoreToCome: () => setup.link().leads.busy() }),
    lane: "owner-write",
    priorityOf: ({ operation }) => priorityOf(operation),
    async work(jobs, permit, letNext) {
      const link = setup.link();
      // They do not wait any more: it may be time to read the next ones.
      link.leads.wake();
      const beganMs = deps.monotonic();
      const onAnswer = (sent: number) => {
        ahead.wrote(sent, deps.monotonic() - beganMs);
        // The CRM's locks are free, and the next call need not wait for our own notes.
        letNext();
      };
      try {
        await updateLeads(deps, workspace, link, { jobs, permit, onAnswer });
      } finally {
        permit.release();
        link.leads.wake();
      }
    },
    onError: (error, jobs) => retryUpdates(setup, error, jobs),
  };
}

/** What a write of a lead locks (see `LeadWrites`). Leads without an account are in nobody's way. */
function lockedBy({ operation: { leadId }, context }: UpdateJob): string[] {
  const account = context.facts.match?.account;
  return account === undefined ? [leadId] : [leadId, account.id];
}
