import type { DemoClock } from "./clock.ts";
import type { Leads } from "./places.ts";

/** So long what vendors sell takes to carry a change over: on the demo's clock. */
const syncMs = 5_000;

/** Plays the vendors' sync: who has a lead in the CRM where it was decided has it in the others soon after. */
export function createSync({ leads, clock }: { leads: Leads; clock: DemoClock }) {
  return {
    ownerWritten(leadId: string): void {
      if (leads.othersOf(leadId).length > 0) clock.sandbox.at(clock.now() + syncMs, () => carryOwner(leads, leadId));
    },
  };
}

function carryOwner(leads: Leads, leadId: string): void {
  const { place, id } = leads.recordOf(leadId);
  const { ownerId } = place.crm.viewLead(id);
  const personId = ownerId === null ? null : place.crm.personOf(ownerId);
  if (personId === null) return;
  for (const other of leads.othersOf(leadId)) {
    const there = other.place.crm.viewLead(other.id).ownerId;
    const isTheirs = there !== null && other.place.crm.personOf(there) === personId;
    if (!isTheirs) other.place.crm.syncOwner(other.id, personId);
  }
}
