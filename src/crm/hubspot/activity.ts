import { CrmError } from "../../errors.ts";
import type { LeadActivity, Touch } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, latest, text, toInstant } from "../values.ts";
import type { HubspotRecord } from "./answers.ts";
import { isByPerson } from "./authors.ts";
import type { Context } from "./context.ts";
import { byAskedId, maxBatch, readAssociations, readBatch } from "./read.ts";

type Wanted = { leadId: string; since: string };
type ActivityType = "calls" | "emails" | "meetings" | "communications";

/** What HubSpot itself keeps on a contact of what was done with it (hubspot.md §4.3): moved means look closer. */
const stamps = [
  "notes_last_contacted",
  "hs_last_sales_activity_timestamp",
  "hs_latest_meeting_activity",
  "notes_last_updated",
];

const contactProperties = ["hubspot_owner_id", "lifecyclestage", "hs_lead_status", "hs_merged_object_ids", ...stamps];

/** Which activities are a touch (hubspot.md §4.9): `direction` must be `outward`; what else a meeting must not be. */
const kinds: readonly { type: ActivityType; how: Touch["how"]; direction?: string; outward?: string }[] = [
  { type: "calls", how: "call", direction: "hs_call_direction", outward: "OUTBOUND" },
  { type: "emails", how: "email", direction: "hs_email_direction", outward: "EMAIL" },
  { type: "meetings", how: "meeting" },
  { type: "communications", how: "message" },
];

/** Of a lead with a long past, the newest activities of each kind are enough: what came after `since` is among them. */
const newestPerLead = 10;

/** See CrmClient. One call; up to two more for each kind of activity when stamps moved. */
export async function readActivity(
  context: Context,
  wanted: readonly Wanted[],
  pay: Pay,
): Promise<readonly LeadActivity[]> {
  const ids = wanted.map(({ leadId }) => leadId);
  const records = await readBatch(context, { type: "contacts", ids, properties: contactProperties }, pay);
  const leads = new Map(byAskedId(ids, records));
  const moved = wanted.filter(({ leadId, since }) => {
    const properties = leads.get(leadId)?.properties ?? {};
    return (latest(stamps.map((stamp) => instant(properties, stamp))) ?? "") >= asInstant(since);
  });
  const touches = await readTouches(context, moved, { lane: pay.lane });
  return [...leads].map(([leadId, { properties }]) => ({
    leadId,
    ownerId: text(properties, "hubspot_owner_id"),
    stage: text(properties, "lifecyclestage"),
    status: text(properties, "hs_lead_status"),
    touch: touches.get(leadId) ?? null,
  }));
}

/** Both sides of a comparison of texts must be written alike. */
const asInstant = (at: string) => toInstant(at) ?? at;

/** The first touch of each lead since its moment, of any kind. */
async function readTouches(context: Context, wanted: readonly Wanted[], pay: Pay): Promise<Map<string, Touch>> {
  const first = new Map<string, Touch>();
  if (wanted.length === 0) return first;
  for (const kind of kinds) {
    if (context.memory.hiddenActivities.has(kind.type)) continue;
    for (const { leadId, record } of await readActivities(context, kind.type, { wanted, pay })) {
      const touch = touchOf(kind, record, context.now());
      const since = asInstant(wanted.find((lead) => lead.leadId === leadId)?.since ?? "");
      if (touch === null || touch.at < since) continue;
      const known = first.get(leadId);
      if (known === undefined || touch.at < known.at) first.set(leadId, touch);
    }
  }
  return first;
}

function touchOf(kind: (typeof kinds)[number], { properties, createdAt }: HubspotRecord, now: Date): Touch | null {
  if (!isByPerson(text(properties, "hs_object_source"))) return null;
  if (kind.direction !== undefined && text(properties, kind.direction) !== kind.outward) return null;
  if (text(properties, "hs_meeting_outcome") === "CANCELED") return null;
  const saidAt = instant(properties, "hs_timestamp");
  const loggedAt = toInstant(createdAt);
  // A meeting to come is a touch since it was arranged.
  const at = saidAt !== null && saidAt <= now.toISOString() ? saidAt : loggedAt;
  return at === null ? null : { at, how: kind.how, by: text(properties, "hubspot_owner_id") };
}

async function readActivities(
  context: Context,
  type: ActivityType,
  { wanted, pay }: { wanted: readonly Wanted[]; pay: Pay },
): Promise<{ leadId: string; record: HubspotRecord }[]> {
  try {
    const leads = await activityLeads(context, type, { leadIds: wanted.map(({ leadId }) => leadId), pay });
    const ids = [...leads.keys()];
    const found: { leadId: string; record: HubspotRecord }[] = [];
    for (let from = 0; from < ids.length; from += maxBatch) {
      const page = ids.slice(from, from + maxBatch);
      for (const record of await readBatch(context, { type, ids: page, properties: activityProperties(type) }, pay))
        for (const leadId of leads.get(record.id) ?? []) found.push({ leadId, record });
    }
    return found;
  } catch (error) {
    // E-mails need a scope that an account may leave out, and not every account has every kind (hubspot.md §2.4).
    const isHidden = error instanceof CrmError && ["missing-scope", "not-found", "rejected"].includes(error.kind);
    if (!isHidden || error.recordIds !== undefined) throw error;
    context.memory.hiddenActivities.add(type);
    return [];
  }
}

function activityProperties(type: ActivityType): string[] {
  const kind = kinds.find((one) => one.type === type);
  const own = kind?.direction === undefined ? [] : [kind.direction];
  return ["hs_timestamp", "hubspot_owner_id", "hs_object_source", "hs_meeting_outcome", ...own];
}

/** Activity id → the leads it hangs on. */
async function activityLeads(
  context: Context,
  type: ActivityType,
  { leadIds, pay }: { leadIds: readonly string[]; pay: Pay },
): Promise<Map<string, string[]>> {
  const results = await readAssociations(context, { from: "contacts", to: type, ids: leadIds }, pay);
  const leads = new Map<string, string[]>();
  for (const { from, to } of results) {
    const ids = to.map((target) => target.toObjectId).sort((a, b) => Number(b) - Number(a));
    for (const id of ids.slice(0, newestPerLead)) leads.set(id, [...(leads.get(id) ?? []), from.id]);
  }
  return leads;
}
