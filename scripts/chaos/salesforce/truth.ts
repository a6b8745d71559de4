import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import { type LeadTruth, leadName, type OwnerWrite, type TaskTruth, type Trigger, type Truth } from "../truth.ts";
import { ownersIn } from "./calls.ts";
import type { Place } from "./orgs.ts";

export const qualifyingStatus = "MQL";

/** What the store of the orgs and the request log say. */
export function readStore(salesforce: SalesforceSandbox, places: readonly Place[]): Omit<Truth, "events" | "struck"> {
  return {
    triggers: places.flatMap(triggersIn),
    ownerWrites: ownerWrites(salesforce),
    leads: new Map(places.flatMap((place) => leadsIn(place).map((lead) => [leadName(lead), lead] as const))),
    tasks: places.flatMap(tasksIn),
  };
}

const rowsOf = ({ org }: Place, object: string): Row[] => [...tableOf(org, object).rows()];
const timeOf = (value: unknown): number => (typeof value === "number" ? value : Date.parse(String(value)));

/** Also of leads that are gone, and once more of those that were merged for the one that they live on in. */
function triggersIn(place: Place): Trigger[] {
  const masterOf = new Map(rowsOf(place, "Lead").map((row) => [row.Id, row.MasterRecordId ?? null]));
  return rowsOf(place, "LeadHistory")
    .filter(({ Field, NewValue }) => Field === "Status" && NewValue === qualifyingStatus)
    .flatMap(({ LeadId, CreatedDate }) =>
      [LeadId, masterOf.get(LeadId ?? null) ?? null]
        .filter((leadId) => leadId !== null)
        .map((leadId) => ({ accountId: place.org.id, leadId: String(leadId), at: timeOf(CreatedDate) })),
    );
}

const leadsIn = (place: Place): LeadTruth[] =>
  rowsOf(place, "Lead")
    .filter(({ IsDeleted }) => IsDeleted !== true)
    .map(({ Id, OwnerId, Status, IsConverted }) => ({
      ...{ accountId: place.org.id, leadId: String(Id) },
      ownerId: String(OwnerId).startsWith("005") ? String(OwnerId) : null,
      qualifies: Status === qualifyingStatus && IsConverted !== true,
    }));

function tasksIn(place: Place): TaskTruth[] {
  const keys = new Map(rowsOf(place, "Baton_Decision__c").map((row) => [row.Task__c, String(row.Baton_Key__c)]));
  const leadOf = new Map(rowsOf(place, "Lead").map((row) => [row.ConvertedContactId ?? null, row.Id ?? null]));
  return rowsOf(place, "Task")
    .filter(({ CreatedById }) => CreatedById === place.ownUserId)
    .map((row) => {
      const whoId = row.WhoId ?? null;
      const leadId = whoId === null ? null : (leadOf.get(whoId) ?? whoId);
      const isOver = row.IsClosed === true || row.IsDeleted === true;
      return {
        ...{ accountId: place.org.id, taskId: String(row.Id), key: keys.get(row.Id ?? null) ?? null },
        ...{ leadIds: leadId === null ? [] : [String(leadId)], open: !isOver },
        doneByPerson: isOver && row.LastModifiedById !== place.ownUserId,
        ...{ createdAt: timeOf(row.CreatedDate), ownerId: row.OwnerId === null ? null : String(row.OwnerId) },
      };
    });
}

function ownerWrites({ requests }: SalesforceSandbox): OwnerWrite[] {
  return requests.list().flatMap(({ orgId, at, path, body }) =>
    ownersIn({ path, body }).flatMap(({ leadId, fields }): OwnerWrite[] => {
      if (orgId === null) return [];
      const decisionId = /\/decisions\/(\w+)$/.exec(String(fields.Baton_Trace_Url__c ?? ""))?.[1] ?? null;
      return [{ accountId: orgId, leadId, decisionId, ownerId: String(fields.OwnerId), at }];
    }),
  );
}
