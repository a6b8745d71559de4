import { createHash } from "node:crypto";
import type { CrmEvent, EventChange, Junk } from "../../../model/event.ts";
import type { Delivery } from "../../crm.ts";
import { to18 } from "../ids.ts";
import { type Notification, readMessage } from "./read-message.ts";

/**
 * What an outbound message tells. It has no time of its own: a record's own stamp stands for it, where the message
 * carries one, else the time `now` at which it came. Throws Invalid when it is none.
 */
export function toDelivery(document: string, now: Date): Delivery {
  const { organizationId, notifications } = readMessage(document);
  const events: CrmEvent[] = [];
  const junk: Junk[] = [];
  for (const notification of notifications) {
    const meaning = meaningOf(notification);
    const subjectId = to18(notification.fields.get("Id") ?? "");
    if (subjectId === null)
      junk.push(junkOf(organizationId, notification, "the message does not say of which record it is"));
    else if (meaning === null)
      junk.push(
        junkOf(
          organizationId,
          notification,
          "the outbound message does not carry the lead's Status: add it to the fields that it sends",
        ),
      );
    else
      events.push({
        // salesforce.md §1.5: sent more than once, also after an answer; its id stays the same.
        key: [organizationId, "outbound", notification.id, subjectId].join("|"),
        ...{ externalId: organizationId, subjectId, change: meaning },
        occurredAt: timeOf(notification) ?? now.toISOString(),
        // Nothing tells who made the change: of owners it says nothing.
        byThisApp: false,
      });
  }
  return { events, junk };
}

/** Null: a lead's that leaves out what qualifies it. */
function meaningOf({ object, fields }: Notification): EventChange | null {
  if (object === "Account") return { kind: "account-changed" };
  if (object === "Opportunity") return { kind: "opportunity-changed" };
  if (object !== "Lead") return { kind: "unused" };
  const status = fields.get("Status");
  return status === undefined ? null : { kind: "lead-changed", field: "stage", value: status };
}

function timeOf({ fields }: Notification): string | null {
  const stamped = Date.parse(fields.get("SystemModstamp") ?? fields.get("LastModifiedDate") ?? "");
  return Number.isNaN(stamped) ? null : new Date(stamped).toISOString();
}

function junkOf(externalId: string, { id, object, fields }: Notification, problem: string): Junk {
  const raw = JSON.stringify({ id, object, fields: [...fields.keys()] });
  const key = createHash("sha256").update(`${externalId}|${id}|${raw}`).digest("hex").slice(0, 32);
  return { key, externalId, raw, problem };
}
