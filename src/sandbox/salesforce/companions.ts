import { blankRow } from "./blank-row.ts";
import { type Org, tableOf } from "./org.ts";
import type { Draft } from "./record-rules.ts";
import type { Row, Value } from "./schema.ts";
import type { Transaction } from "./transaction.ts";

type Place = { org: Org; transaction: Transaction; userId: string };

/** By object, the history of its records and the fields that the org tracks (salesforce.md §4.6). */
const histories: Readonly<Record<string, { history: string; of: string; tracked: readonly string[] }>> = {
  Lead: { history: "LeadHistory", of: "LeadId", tracked: ["OwnerId", "Status"] },
  Account: { history: "AccountHistory", of: "AccountId", tracked: ["OwnerId", "Type", "NumberOfEmployees"] },
};

/** What the platform writes beside a record: its history, and when its people were last talked to. */
export function writeCompanions(place: Place, draft: Draft): void {
  writeHistory(place, draft);
  if (draft.object === "Opportunity") writeStageHistory(place, draft);
  if (draft.object === "Task" || draft.object === "Event") moveLastActivity(place, draft.row);
}

function insert({ org, transaction, userId }: Place, name: string, values: Row): void {
  const table = tableOf(org, name);
  const now = org.clock.now();
  const stamps = { CreatedDate: now, CreatedById: userId, SystemModstamp: now, IsDeleted: false };
  const Id = org.newId(table.object);
  transaction.put(table, Id, { ...blankRow(table.object), ...values, ...stamps, Id });
}

function writeHistory(place: Place, { object, before, row }: Draft): void {
  const kept = histories[object];
  if (kept === undefined) return;
  const { history, of, tracked } = kept;
  const note = (Field: string, OldValue: Value, NewValue: Value) =>
    insert(place, history, { [of]: row.Id ?? null, Field, OldValue, NewValue, DataType: "Text" });
  if (before === undefined) {
    note("created", null, null);
    return;
  }
  if (before.IsConverted !== true && row.IsConverted === true) note("leadConverted", null, null);
  // The record that it was merged into tells of it.
  if ((before.MasterRecordId ?? null) !== (row.MasterRecordId ?? null))
    insert(place, history, {
      ...{ [of]: row.MasterRecordId ?? null, DataType: "Text" },
      Field: `${object.toLowerCase()}Merged`,
    });
  for (const field of tracked) {
    const [old, now] = [before[field] ?? null, row[field] ?? null];
    if (old === now) continue;
    // An owner's change is two rows: the names, and the ids.
    if (field === "OwnerId") note("Owner", nameOf(place.org, old), nameOf(place.org, now));
    note(field === "OwnerId" ? "Owner" : field, old, now);
  }
}

function nameOf(org: Org, id: Value): Value {
  const owner = tableOf(org, "User").get(String(id)) ?? tableOf(org, "Group").get(String(id));
  return owner?.Name ?? null;
}

function writeStageHistory(place: Place, { before, row }: Draft): void {
  if (before !== undefined && before.StageName === row.StageName) return;
  insert(place, "OpportunityHistory", {
    OpportunityId: row.Id ?? null,
    StageName: row.StageName ?? null,
    Amount: row.Amount ?? null,
    CloseDate: row.CloseDate ?? null,
    ForecastCategory: row.ForecastCategoryName ?? null,
    PrevAmount: before?.Amount ?? null,
    PrevCloseDate: before?.CloseDate ?? null,
  });
}

/** It moves no SystemModstamp, as no derived field does (salesforce.md §1.2). */
function moveLastActivity({ org, transaction }: Place, { WhoId, ActivityDate, IsClosed, StartDateTime }: Row): void {
  const isOver = IsClosed === true || typeof StartDateTime === "number";
  if (!isOver || typeof ActivityDate !== "string" || typeof WhoId !== "string") return;
  for (const name of ["Lead", "Contact"]) {
    const table = tableOf(org, name);
    const person = table.get(WhoId);
    if (person === undefined || String(person.LastActivityDate ?? "") >= ActivityDate) continue;
    transaction.put(table, WhoId, { ...person, LastActivityDate: ActivityDate });
  }
}
