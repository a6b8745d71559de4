import { ControlError } from "../../control-input.ts";
import { NotTaken } from "../../demo-crm.ts";
import type { DemoLead, DemoWorld } from "../../demo-world.ts";
import { actIn, personIn } from "../control/acting.ts";
import { tableOf } from "../org.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import { seedOrg } from "../seed.ts";
import { createRecord, updateRecord } from "../write-records.ts";
import { syncUserId, userIdOf } from "./people.ts";
import { idsOf, leadFields, qualifyingStatus, queueName, seedOf } from "./records.ts";

/** See DemoCrm. */
export function fillOrg(org: SandboxOrg, world: DemoWorld, installerId: string): readonly string[] {
  try {
    seedOrg(org, seedOf(world, { installerId, now: org.clock.now() }));
  } catch (error) {
    throw error instanceof ControlError ? new NotTaken(error.message, { cause: error }) : error;
  }
  return idsOf(world.leads);
}

/** A flow of the org, which runs as the administrator, moves a Lead to the status that qualifies it. */
export function turnMql(org: SandboxOrg, leadId: string, installerId: string): void {
  actIn(org, personIn(org, userIdOf(installerId)), (writing) =>
    updateRecord(writing, tableOf(org, "Lead").object, leadId, { Status: qualifyingStatus }),
  );
}

/** See DemoCrm. */
export function syncOwner(org: SandboxOrg, leadId: string, personId: string): void {
  const writer = { ...personIn(org, syncUserId), origin: "com/vendor/sync;client=crm-sync" };
  actIn(org, writer, (writing) =>
    updateRecord(writing, tableOf(org, "Lead").object, leadId, { OwnerId: userIdOf(personId) }),
  );
}

/** Somebody fills in a form on the website. */
export function addLead(org: SandboxOrg, lead: DemoLead, installerId: string): string {
  const queue = named(org, "Group", queueName) ?? userIdOf(installerId);
  return actIn(org, personIn(org, userIdOf(installerId)), (writing) => {
    const given = Object.entries(leadFields(lead, queue)).filter(([, value]) => value !== "");
    const id = createRecord(writing, tableOf(org, "Lead").object, Object.fromEntries(given));
    if (lead.conversion === "") return id;
    const CampaignId =
      named(org, "Campaign", lead.conversion) ??
      createRecord(writing, tableOf(org, "Campaign").object, { Name: lead.conversion });
    const response = { LeadId: id, CampaignId, Status: "Responded" };
    createRecord(writing, tableOf(org, "CampaignMember").object, response);
    return id;
  });
}

function named(org: SandboxOrg, object: string, name: string): string | null {
  const row = [...tableOf(org, object).rows()].find(({ Name }) => Name === name);
  return row === undefined ? null : String(row.Id);
}
