import type { Lead, OwnerChange } from "../../model/lead.ts";
import type { Pay } from "../crm.ts";
import { text, toInstant } from "../values.ts";
import { associationList, batchResult, type HubspotRecord, propertyDefinition } from "./answers.ts";
import { authorOf } from "./authors.ts";
import type { Context } from "./context.ts";
import { unread } from "./errors.ts";
import { leadProperties, toLead } from "./fields.ts";
import { type ObjectName, paths } from "./paths.ts";

/** hubspot.md §3.2. */
export const maxBatch = 100;
export const maxHistoryBatch = 50;

export type BatchRead = {
  type: ObjectName;
  ids: readonly string[];
  properties: readonly string[];
  history?: readonly string[];
  /** A unique property that the ids are values of. */
  idProperty?: string;
};

/**
 * One batch read. Ids that are not there are left out of the answer, which has no particular order (hubspot.md §3.4).
 * Throws CrmError when one failed in another way: that a record could not be read does not make it gone.
 */
export async function readBatch(
  { api }: Pick<Context, "api">,
  { type, ids, properties, history = [], idProperty }: BatchRead,
  pay: Pay,
): Promise<readonly HubspotRecord[]> {
  const inputs = [...new Set(ids)].map((id) => ({ id }));
  if (inputs.length === 0) {
    pay.permit?.release();
    return [];
  }
  const body = {
    inputs,
    properties,
    propertiesWithHistory: history,
    ...(idProperty === undefined ? {} : { idProperty }),
  };
  const path = paths.batchRead(type);
  const { results, errors } = await api({ method: "POST", path, effect: "read", body }, batchResult, pay);
  const failure = unread(errors ?? [], path);
  if (failure !== null) throw failure;
  return results;
}

/** What each of these records is associated with; those without are left out. Throws CrmError when one failed otherwise. */
export async function readAssociations(
  { api }: Pick<Context, "api">,
  { from, to, ids }: { from: ObjectName; to: ObjectName; ids: readonly string[] },
  pay: Pay,
) {
  const path = paths.associations(from, to);
  const body = { inputs: ids.map((id) => ({ id })) };
  const { results, errors } = await api({ method: "POST", path, effect: "read", body }, associationList, pay);
  const failure = unread(errors ?? [], path);
  if (failure !== null) throw failure;
  return results;
}

/** See CrmClient. A lead that was merged into another is given under the id that it was asked for by. */
export async function readLeads(
  context: Context,
  { ids, crmFields }: { ids: readonly string[]; crmFields: readonly string[] },
  pay: Pay,
): Promise<readonly Lead[]> {
  const wanted = { stage: context.qualifyingStage, crmFields };
  const properties = leadProperties(wanted.stage, crmFields);
  const records = await readBatch(context, { type: "contacts", ids, properties }, pay);
  return byAskedId(ids, records).map(([id, record]) => toLead(id, record, wanted));
}

/** See CrmClient. HubSpot has one contact for an address, and reads it by that (hubspot.md §4.1). */
export async function findLeadsByEmail(
  context: Pick<Context, "api">,
  emails: readonly string[],
  pay: Pay,
): Promise<ReadonlyMap<string, string>> {
  const read = { type: "contacts", ids: emails, properties: ["email"], idProperty: "email" } as const;
  const records = await readBatch(context, read, pay);
  const found = records.map(({ id, properties }) => [text(properties, "email")?.toLowerCase() ?? "", id] as const);
  return new Map(found.filter(([address]) => emails.includes(address)));
}

/**
 * Each record with the id it was asked for by. Merged records answer with the survivor's id (hubspot.md §8.13); when the
 * survivor was asked for too, it stands for itself alone.
 */
export function byAskedId(ids: readonly string[], records: readonly HubspotRecord[]): [string, HubspotRecord][] {
  const asked = new Set(ids);
  const direct = new Set(records.map((record) => record.id).filter((id) => asked.has(id)));
  const found = new Map<string, HubspotRecord>();
  for (const record of records) {
    if (direct.has(record.id)) found.set(record.id, record);
    else for (const old of mergedIds(record)) if (asked.has(old) && !found.has(old)) found.set(old, record);
  }
  return [...found];
}

/** The ids that merges made lead to this record. */
export const mergedIds = ({ properties }: HubspotRecord): string[] =>
  (text(properties, "hs_merged_object_ids") ?? "").split(";").filter(Boolean);

/** See CrmClient. */
export async function readOwnerHistory(
  context: Context,
  ids: readonly string[],
  pay: Pay,
): Promise<ReadonlyMap<string, readonly OwnerChange[]>> {
  const history = ["hubspot_owner_id"];
  const properties = ["hs_merged_object_ids"];
  const records = await readBatch(context, { type: "contacts", ids, properties, history }, pay);
  const appId = records.length === 0 ? null : await context.appId();
  return new Map(byAskedId(ids, records).map(([id, record]) => [id, ownerChanges(record, appId)]));
}

/** Who has owned it, newest first. */
export function ownerChanges({ propertiesWithHistory }: HubspotRecord, appId: string | null): OwnerChange[] {
  const entries = propertiesWithHistory?.hubspot_owner_id ?? [];
  const changes = entries.flatMap((entry): OwnerChange[] => {
    const at = toInstant(entry.timestamp);
    return at === null ? [] : [{ ownerId: entry.value || null, at, by: authorOf(entry, appId) }];
  });
  // HubSpot's own order stands for changes of one moment.
  return changes.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** See CrmClient. */
export async function listStages({ api }: Context, pay: Pay): Promise<readonly string[]> {
  const path = paths.property("contacts", "lifecyclestage");
  const { options } = await api({ method: "GET", path, effect: "read" }, propertyDefinition, pay);
  const ordered = [...(options ?? [])].sort((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0));
  return ordered.map((option) => option.value);
}
