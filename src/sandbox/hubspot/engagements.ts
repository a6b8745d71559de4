import type { HubspotRecord } from "./portal.ts";

const note = "0-46";
const meeting = "0-47";
const call = "0-48";
const email = "0-49";

/**
 * What HubSpot notes on a contact when an activity is logged with it (hubspot.md §4.3, first-touch helpers). Incoming
 * calls and e-mails are activity, but no outreach.
 */
export function contactStamps(contact: HubspotRecord, typeId: string, activity: HubspotRecord): [string, string][] {
  const time = activity.properties.get("hs_timestamp");
  if (!time || ![note, meeting, call, email].includes(typeId)) return [];
  const values: [string, string][] = [["notes_last_updated", later(contact, "notes_last_updated", time)]];
  if (typeId === note) return values;
  const count = Number(contact.properties.get("num_contacted_notes") ?? "0");
  values.push(["notes_last_contacted", later(contact, "notes_last_contacted", time)]);
  values.push(["num_contacted_notes", String(count + 1)]);
  if (typeId === meeting) {
    values.push(["hs_latest_meeting_activity", later(contact, "hs_latest_meeting_activity", time)]);
  }
  const direction = activity.properties.get("hs_call_direction") ?? activity.properties.get("hs_email_direction");
  if (direction === "INBOUND" || direction === "INCOMING_EMAIL") return values;
  values.push(["hs_last_sales_activity_timestamp", later(contact, "hs_last_sales_activity_timestamp", time)]);
  if (!contact.properties.has("hs_first_outreach_date")) values.push(["hs_first_outreach_date", time]);
  if (contact.properties.has("hs_sa_first_engagement_date")) return values;
  const createdAt = contact.createdAt;
  values.push(["hs_sa_first_engagement_date", time], ["hs_sa_first_engagement_object_type", objectNames[typeId] ?? ""]);
  values.push(["hs_time_to_first_engagement", String(Math.max(0, Date.parse(time) - createdAt))]);
  return values;
}

const objectNames: Record<string, string> = { [meeting]: "MEETING_EVENT", [call]: "CALL", [email]: "EMAIL" };

/** Stored times are ISO in UTC, which sort as text. */
function later(contact: HubspotRecord, property: string, time: string): string {
  const known = contact.properties.get(property) ?? "";
  return known > time ? known : time;
}
