import type { CrmEvent, EventChange } from "../../../model/event.ts";
import { to18 } from "../ids.ts";
import { clientName } from "../settings.ts";
import type { Change } from "./change.ts";

/** What is to be read anew as a whole, since nothing tells which of its records changed. */
export type Repair = { entity: string; since: number };

/** What a change means to us: events of single records, or a repair. */
export function toEvents(externalId: string, change: Change): { events: CrmEvent[]; repair: Repair | null } {
  const ids = change.recordIds.flatMap((id) => to18(id) ?? []);
  const isWhole =
    change.kind === "overflow" ||
    (change.kind === "gap" && change.entity === "Lead") ||
    ids.length < change.recordIds.length ||
    ids.length === 0;
  const events = ids.flatMap((subjectId) =>
    meaningOf(change).map(
      (meaning): CrmEvent => ({
        key: [externalId, change.eventId, subjectId, "field" in meaning ? meaning.field : meaning.kind].join("|"),
        ...{ externalId, subjectId, change: meaning },
        occurredAt: new Date(change.commitAt).toISOString(),
        byThisApp: change.client === clientName,
      }),
    ),
  );
  return { events, repair: isWhole ? { entity: change.entity, since: change.commitAt } : null };
}

function meaningOf({ entity, kind, changed, values }: Change): EventChange[] {
  if (entity === "Account") return [{ kind: kind === "delete" ? "account-deleted" : "account-changed" }];
  if (entity === "Opportunity") return [{ kind: kind === "delete" ? "opportunity-deleted" : "opportunity-changed" }];
  if (entity !== "Lead") return [{ kind: "unused" }];
  if (kind === "delete") return [{ kind: "lead-deleted" }];
  if (kind === "undelete") return [{ kind: "lead-restored" }];
  if (kind === "create") {
    const status = values.Status;
    const entered: EventChange[] =
      status === undefined ? [] : [{ kind: "lead-changed", field: "stage", value: status }];
    return [{ kind: "lead-created" }, ...entered];
  }
  // Of a gap nothing is known: the CRM is asked (salesforce.md §1.2).
  if (kind !== "update") return [{ kind: "unused" }];
  // One change with its status, which says nothing more (salesforce.md §1.2).
  if (changed.includes("IsConverted")) return [{ kind: "lead-converted", into: values.ConvertedContactId ?? null }];
  const fields = leadFields.filter(([name]) => changed.includes(name));
  const meanings = fields.map(([name, field]): EventChange => {
    const value = values[name] ?? null;
    // A queue is nobody.
    return { kind: "lead-changed", field, value: field === "owner" && value?.startsWith("00G") ? null : value };
  });
  return meanings.length === 0 ? [{ kind: "unused" }] : meanings;
}

const leadFields = [
  ["Status", "stage"],
  ["OwnerId", "owner"],
] as const;
