import type { Lead, LeadField } from "../../model/lead.ts";
import type { Doubt, PastLead, WorkState } from "../../model/past.ts";
import type { PastFields, PastWanted, Pay } from "../crm.ts";
import { text } from "../values.ts";
import type { HubspotRecord } from "./answers.ts";
import type { Context } from "./context.ts";
import { sourcesOf, toLead } from "./fields.ts";
import { asOf, changesOf, doubtsBy, historyOf } from "./history.ts";
import { byAskedId, mergedIds, ownerChanges, readBatch } from "./read.ts";

const stage = "lifecyclestage";
const status = "hs_lead_status";
const owner = "hubspot_owner_id";

/** See CrmClient. The account is the one that the lead belongs to today: HubSpot tells no history of that. */
export async function readPastLeads(
  context: Context,
  { wanted, fields }: { wanted: readonly PastWanted[]; fields: PastFields },
  pay: Pay,
): Promise<readonly PastLead[]> {
  const dated = [...new Set([...fields.lead.flatMap(sourcesOf), ...fields.crm, stage, status])];
  const ids = wanted.map(({ leadId }) => leadId);
  const properties = [...dated, owner, "associatedcompanyid", "hs_merged_object_ids"];
  const records = await readBatch(context, { type: "contacts", ids, properties, history: [...dated, owner] }, pay);
  const appId = records.length === 0 ? null : await context.appId();
  const moments = new Map(wanted.map(({ leadId, at }) => [leadId, at]));
  return byAskedId(ids, records).map(([id, record]) =>
    toPastLead(record, { id, at: moments.get(id) ?? "", fields, dated, appId, stage: context.qualifyingStage }),
  );
}

type At = { id: string; at: string; fields: PastFields; dated: readonly string[]; appId: string | null; stage: string };

function toPastLead(record: HubspotRecord, moment: At): PastLead {
  const { id, at, fields, dated, appId } = moment;
  const then = asOf(record, dated, at);
  const today = { associatedcompanyid: text(record.properties, "associatedcompanyid") };
  const read = toLead(
    id,
    { ...record, properties: { ...then.properties, ...today } },
    { stage: moment.stage, crmFields: fields.crm },
  );
  const owners = ownerChanges(record, appId);
  const before = owners.filter(
    (change) => change.at <= at && (change.by === "person" || change.at < aMinuteBefore(at)),
  );
  const later = owners.filter((change) => !before.includes(change));
  const lead = { ...read, ownerId: before[0]?.ownerId ?? null, qualifiedAt: at, fields: fieldsThen(read, moment) };
  const undated = owners.length === 0 ? text(record.properties, owner) : null;
  const after = undated === null ? later : [{ ownerId: undated, at, by: "automation" as const }];
  const doubts: Doubt[] = [
    ...doubtsBy(then.doubts, fieldOf(fields)),
    ...(undated !== null ? [{ field: "ownerId", because: "no-history" as const }] : []),
  ];
  return { lead, before, after, work: workSince(record, moment), doubts, isMerged: mergedIds(record).length > 0 };
}

/**
 * A workflow sets owner and stage in one go, in either order: an owner whom software gave in the minute before is what
 * routing did then, and no fact that it began with.
 */
const aMinuteBefore = (at: string): string => new Date(Date.parse(at) - 60_000).toISOString();

/** It was in the qualifying stage, as its stamp says. What is dated later than the moment had not happened yet. */
function fieldsThen(read: Lead, { at, stage: qualifying }: At): Lead["fields"] {
  const fields: Record<string, string | null> = { ...read.fields, stage: qualifying };
  for (const field of ["engagedAt", "conversionAt"] as const) if ((fields[field] ?? "") > at) fields[field] = null;
  return fields;
}

/** Our word for a property of a contact. Stage and status are told by what the lead was found by. */
const fieldOf =
  ({ lead, crm }: PastFields) =>
  (property: string): string | null => {
    if (crm.includes(property)) return `crm.${property}`;
    return lead.find((field: LeadField) => field !== "stage" && sourcesOf(field).includes(property)) ?? null;
  };

function workSince(record: HubspotRecord, { at, stage: qualifying }: At): WorkState[] {
  const moments = changesOf(record, [stage, status]).filter((each) => each > at);
  const later = moments.reverse().map((moment): WorkState => {
    const { properties } = asOf(record, [stage], moment);
    const set = historyOf(record, status).find((entry) => entry.at <= moment && entry.at > at);
    return { at: moment, stage: properties[stage] ?? null, status: set?.value ?? null };
  });
  return [{ at, stage: qualifying, status: null }, ...later];
}
