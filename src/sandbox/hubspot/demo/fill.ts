import { NotTaken } from "../../demo-crm.ts";
import type { DemoLead, DemoWorld } from "../../demo-world.ts";
import { HubspotError, type Portal, type Source } from "../portal.ts";
import { createRecord, updateRecord } from "../records.ts";
import { seedPortal } from "../seed.ts";
import { contactOf, seedOf } from "./records.ts";

const dayMs = 86_400_000;

/** See DemoCrm. `source`: the administrator, who gave the contacts that a person gave to somebody. */
export function fillPortal(portal: Portal, world: DemoWorld, source: Source): readonly string[] {
  const options = portal.properties.get("0-2")?.get("type")?.options;
  options?.push({ label: "Competitor", value: "COMPETITOR", displayOrder: options.length, hidden: false });
  try {
    seedPortal(portal, seedOf(world));
  } catch (error) {
    throw error instanceof HubspotError ? new NotTaken(error.message, { cause: error }) : error;
  }
  portal.settings.archivedOwnerWrites = "reject";
  const at = portal.clock.now() - 5 * dayMs;
  for (const { id, givenTo } of world.leads)
    if (givenTo !== null) updateRecord(portal, "0-1", id, { hubspot_owner_id: givenTo }, { source, version: "v3", at });
  return world.leads.map(({ id }) => id);
}

const workflow: Source = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };

/** A workflow of the portal moves a contact to the stage that qualifies it. */
export function turnMql(portal: Portal, contactId: string): void {
  const properties = { lifecyclestage: "marketingqualifiedlead" };
  updateRecord(portal, "0-1", contactId, properties, { source: workflow, version: "v3" });
}

/** Under this id the vendors' sync writes. */
export const syncId = "crm-sync";

/** See DemoCrm. */
export function syncOwner(portal: Portal, contactId: string, ownerId: string): void {
  const source: Source = { type: "INTEGRATION", id: syncId };
  updateRecord(portal, "0-1", contactId, { hubspot_owner_id: ownerId }, { source, version: "v3" });
}

/** A form fill. */
export function addContact(portal: Portal, lead: DemoLead): string {
  const { id, properties, associations } = contactOf(lead);
  createRecord(portal, "0-1", properties, {
    id,
    source: { type: "FORM", id: "demo" },
    version: "v3",
    trusted: true,
    associations: associations.map((link) => ({
      toTypeId: "0-2",
      toId: link.id,
      types: [{ category: "HUBSPOT_DEFINED", typeId: 1 }],
    })),
  });
  return id;
}
