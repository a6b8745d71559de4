import { SalesforceError } from "./errors.ts";
import { findNamed } from "./find-named.ts";
import { type Org, tableOf } from "./org.ts";
import type { Row, SObject } from "./schema.ts";
import { changeRow, updateRecord, type Writing } from "./write-records.ts";

/** Ids of 15 or 18 characters. `values`: what the master is to have afterwards. */
export type Merge = {
  object: string;
  masterId: string;
  /** One or two. */
  loserIds: readonly string[];
  values: Readonly<Record<string, unknown>>;
};

/** `relatedIds`: what hung on the losers and hangs on the master now. */
export type Merged = { masterId: string; loserIds: string[]; relatedIds: string[] };

const mergeable = ["Lead", "Contact", "Account"];

/**
 * Merges records into one: the losers are deleted and name their master, what hung on them is the master's (salesforce.md
 * §8, 18). Throws SalesforceError.
 */
export function mergeRecords(writing: Writing, merge: Merge): Merged {
  const { org } = writing;
  // Under which codes these are refused is not documented: a guess.
  if (!mergeable.includes(merge.object)) refuse("INVALID_TYPE", `merge is not supported for ${merge.object}`);
  if (merge.loserIds.length < 1 || merge.loserIds.length > 2)
    refuse("INVALID_INPUT", "one or two records can be merged into a master");
  const master = findNamed(org, merge.object, merge.masterId);
  const losers = merge.loserIds.map((id) => findNamed(org, merge.object, id));
  const { object } = tableOf(org, merge.object);
  const masterId = String(master.Id);
  const loserIds = losers.map(({ Id }) => String(Id));
  if (new Set([masterId, ...loserIds]).size < losers.length + 1)
    refuse("INVALID_INPUT", "a record cannot be merged into itself");
  if ([master, ...losers].some(({ IsConverted }) => IsConverted === true))
    refuse("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
  changeRow(writing, object, masterId, {});
  for (const id of loserIds) changeRow(writing, object, id, { IsDeleted: true, MasterRecordId: masterId });
  // Only now: to a duplicate rule the losers are duplicates no more.
  if (Object.keys(merge.values).length > 0) updateRecord(writing, object, masterId, merge.values);
  const relatedIds = rehang(writing, object, { masterId, loserIds });
  return { masterId, loserIds, relatedIds };
}

const refuse = (errorCode: string, message: string): never => {
  throw new SalesforceError(400, { errorCode, message, fields: [] });
};

type Sides = { masterId: string; loserIds: readonly string[] };

/** Contacts and opportunities come before the activities whose account follows from theirs. */
function rehang(writing: Writing, { name }: SObject, sides: Sides): string[] {
  const moved = new Set<string>();
  for (const object of writing.org.objects.values()) {
    if (object.name.endsWith("History")) continue;
    for (const field of pointersTo(object, name))
      for (const row of hanging(writing.org, object.name, { field, ids: sides.loserIds })) {
        const id = String(row.Id);
        // Nobody reports to oneself.
        changeRow(writing, object, id, { [field]: id === sides.masterId ? null : sides.masterId });
        if (id !== sides.masterId) moved.add(id);
      }
  }
  return [...moved];
}

/** Fields through which a record of one object may hang on one of another. */
function pointersTo({ fields }: SObject, name: string): string[] {
  return fields
    .filter(({ name: field, referenceTo }) => referenceTo.includes(name) && field !== "MasterRecordId")
    .map((field) => field.name);
}

function hanging(org: Org, name: string, { field, ids }: { field: string; ids: readonly string[] }): Row[] {
  return [...tableOf(org, name).withValues(field, ids)].filter(({ IsDeleted }) => IsDeleted !== true);
}
