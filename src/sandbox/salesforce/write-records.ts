import { blankRow } from "./blank-row.ts";
import { hangingOn } from "./cascade.ts";
import { checkUnique } from "./check-unique.ts";
import { checkValue } from "./check-value.ts";
import { writeCompanions } from "./companions.ts";
import { derive } from "./derive.ts";
import { derivePlaces } from "./derive-places.ts";
import { SalesforceError } from "./errors.ts";
import { lockKeys } from "./lock-keys.ts";
import type { LockCheck } from "./locks.ts";
import { type Org, tableOf } from "./org.ts";
import { checkRules, type Draft } from "./record-rules.ts";
import type { Field, Row, SObject, Value } from "./schema.ts";
import type { Transaction } from "./transaction.ts";

/** Who writes, and what their request's headers say. */
export type Writer = {
  userId: string;
  /** `changeOrigin` of change events: "com/salesforce/api/rest/66.0;client=Baton". */
  origin: string;
  /** `Sforce-Auto-Assign`: true unless the header says FALSE (salesforce.md §3.5). */
  autoAssign: boolean;
  /** `allowSave` of `Sforce-Duplicate-Rule-Header`. */
  allowDuplicates: boolean;
};

/** A write under way: each throws SalesforceError and has changed nothing then. */
export type Writing = { org: Org; transaction: Transaction; writer: Writer; lock: LockCheck };

/** The new record's id. */
export function createRecord(writing: Writing, seen: SObject, input: Readonly<Record<string, unknown>>): string {
  const object = wholeObject(writing.org, seen);
  return insertRow(writing, object, readInput(writing, object, input, "createable"));
}

/** As `createRecord`, of values that a field may hold, whoever may write it. */
export function insertRow(writing: Writing, object: SObject, values: Row): string {
  const id = writing.org.newId(object);
  const row: Record<string, Value> = { ...blankRow(object), ...values, Id: id };
  if (row.OwnerId === null) row.OwnerId = writing.writer.userId;
  requireAll(object, row);
  store(writing, object, { object: object.name, before: undefined, row });
  return id;
}

export function updateRecord(
  writing: Writing,
  seen: SObject,
  id: string,
  input: Readonly<Record<string, unknown>>,
): void {
  const object = wholeObject(writing.org, seen);
  liveRow(writing.org, object, id);
  updateRow(writing, object, id, readInput(writing, object, input, "updateable"));
}

/** As `updateRecord`, of values that a field may hold, whoever may write it. */
export function updateRow(writing: Writing, object: SObject, id: string, values: Row): void {
  const before = liveRow(writing.org, object, id);
  const row = { ...before, ...values };
  requireAll(object, row);
  store(writing, object, { object: object.name, before, row });
}

/** Changes a record as the platform does in consequence of another write: no rule of the org is asked. */
export function changeRow(writing: Writing, object: SObject, id: string, values: Row): void {
  const before = liveRow(writing.org, object, id);
  const draft: Draft = { object: object.name, before, row: { ...before, ...values } };
  derive(draft, writing.org);
  writing.lock(lockKeys(writing.org, draft));
  put(writing, object, draft);
}

/** With all that hangs on it. */
export function deleteRecord(writing: Writing, object: SObject, id: string): void {
  const { org, transaction, writer, lock } = writing;
  const before = liveRow(org, object, id);
  lock(lockKeys(org, { object: object.name, before, row: before }));
  for (const child of hangingOn(org, object.name, id))
    if (child.row.IsDeleted !== true) deleteRecord(writing, tableOf(org, child.object).object, String(child.row.Id));
  const now = org.clock.now();
  transaction.put(tableOf(org, object.name), id, { ...before, IsDeleted: true, ...stamped(object, writer, now) });
}

/** With its fields that are hidden from the user too: these are in every record. */
const wholeObject = (org: Org, { name }: SObject): SObject => tableOf(org, name).object;

/**
 * Takes a record out of the recycle bin, with what went into it at that moment because it hung on it; throws for one that is not
 * there, 404 for one that never was.
 */
export function undeleteRecord(writing: Writing, seen: SObject, id: string): void {
  const { org, transaction, writer, lock } = writing;
  const object = wholeObject(org, seen);
  const before = tableOf(org, object.name).get(id) ?? notFound();
  if (before.IsDeleted !== true)
    throw new SalesforceError(400, { errorCode: "UNDELETE_FAILED", message: "Entity is not in the recycle bin" });
  lock(lockKeys(org, { object: object.name, before, row: before }));
  const row = { ...before, IsDeleted: false, ...stamped(object, writer, org.clock.now()) };
  checkUnique({ object: object.name, before: undefined, row }, org);
  transaction.put(tableOf(org, object.name), id, row);
  for (const child of hangingOn(org, object.name, id))
    if (child.row.IsDeleted === true && child.row.SystemModstamp === before.SystemModstamp)
      undeleteRecord(writing, tableOf(org, child.object).object, String(child.row.Id));
}

function notFound(): never {
  throw new SalesforceError(404, { errorCode: "NOT_FOUND", message: "The requested resource does not exist" });
}

/** Throws 404 for one that was never there or is deleted. */
export function liveRow(org: Org, object: SObject, id: string): Row {
  const row = tableOf(org, object.name).get(id) ?? notFound();
  if (row.IsDeleted === true)
    throw new SalesforceError(404, { errorCode: "ENTITY_IS_DELETED", message: "entity is deleted", fields: [] });
  return row;
}

function store(writing: Writing, object: SObject, draft: Draft): void {
  const { org, writer, lock } = writing;
  if (writer.autoAssign) assign(draft, org);
  derive(draft, org);
  derivePlaces(draft, object);
  lock(lockKeys(org, draft));
  checkRules(draft, org, writer.userId);
  checkUnique(draft, org);
  checkDuplicates(draft, { org, writer });
  put(writing, object, draft);
}

function put({ org, transaction, writer }: Writing, object: SObject, draft: Draft): void {
  const now = org.clock.now();
  const row: Record<string, Value> = { ...draft.row, ...stamped(object, writer, now) };
  if (draft.before === undefined && hasField(object, "CreatedDate"))
    Object.assign(row, { CreatedDate: now, CreatedById: writer.userId });
  transaction.put(tableOf(org, object.name), String(row.Id), row);
  writeCompanions({ org, transaction, userId: writer.userId }, { ...draft, row });
}

const hasField = (object: SObject, name: string): boolean => object.fields.some((field) => field.name === name);

const stamped = (object: SObject, { userId }: Writer, now: number): Record<string, Value> =>
  hasField(object, "SystemModstamp") ? { LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now } : {};

/** An active rule overwrites the owner, on create and on update alike. */
function assign({ object, row }: Draft, org: Org): void {
  const owner = org.rules.assignment.get(object);
  if (owner !== undefined) row.OwnerId = owner;
}

type Rights = "createable" | "updateable";

function readInput(
  { org, writer }: Writing,
  object: SObject,
  input: Readonly<Record<string, unknown>>,
  right: Rights,
): Record<string, Value> {
  // Of a field that is hidden Salesforce says that it may not be written, not that it is not there (salesforce.md §8, 10).
  const fields = fieldsOf(tableOf(org, object.name).object);
  const { hidden, readOnly } = org.permissionsOf(writer.userId);
  const isForbidden = (name: string) =>
    hidden.get(object.name)?.has(name) === true || readOnly.get(object.name)?.has(name) === true;
  const row: Record<string, Value> = {};
  for (const [name, given] of Object.entries(input)) {
    if (name === "attributes") continue;
    const field = fields.get(name.toLowerCase());
    if (field === undefined)
      throw new SalesforceError(400, {
        message: `No such column '${name}' on sobject of type ${object.name}`,
        errorCode: "INVALID_FIELD",
      });
    if (!field[right] || isForbidden(field.name))
      throw new SalesforceError(400, {
        message: `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        errorCode: "INVALID_FIELD_FOR_INSERT_UPDATE",
        fields: [field.name],
      });
    row[field.name] = checkValue(field, given, org);
  }
  return row;
}

const maps = new WeakMap<SObject, Map<string, Field>>();

/** By name in small letters. */
export function fieldsOf(object: SObject): ReadonlyMap<string, Field> {
  const known = maps.get(object);
  if (known !== undefined) return known;
  const made = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]));
  maps.set(object, made);
  return made;
}

/** Throws REQUIRED_FIELD_MISSING with the names of what has no value and needs one. */
export function requireAll({ fields }: SObject, row: Readonly<Record<string, Value>>): void {
  const missing = fields
    .filter(({ name, nillable, createable }) => createable && !nillable && (row[name] ?? null) === null)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  throw new SalesforceError(400, {
    message: `Required fields are missing: [${missing.join(", ")}]`,
    errorCode: "REQUIRED_FIELD_MISSING",
    fields: missing,
  });
}

/** Another Lead with the same e-mail (salesforce.md §3.5): an edit is asked as a new one is. */
function checkDuplicates({ object, row }: Draft, { org, writer }: { org: Org; writer: Writer }): void {
  const { duplicates } = org.rules;
  if (object !== "Lead" || duplicates === null || typeof row.Email !== "string") return;
  if (duplicates === "alert" && writer.allowDuplicates) return;
  const others = [...tableOf(org, "Lead").withValues("Email", [row.Email])].filter(
    (other) => other.Id !== row.Id && other.IsDeleted !== true,
  );
  if (others.length === 0) return;
  throw new SalesforceError(400, {
    duplicateResult: {
      allowSave: duplicates === "alert",
      duplicateRule: "Standard_Lead_Duplicate_Rule",
      duplicateRuleEntityType: "Lead",
      errorMessage: "Use one of these records?",
      matchResults: [
        {
          entityType: "Lead",
          errors: [],
          matchEngine: "ExactMatchEngine",
          matchRecords: others.map(({ Id }) => ({
            additionalInformation: [],
            fieldDiffs: [],
            matchConfidence: 100,
            record: { attributes: { type: "Lead", url: `/services/data/v66.0/sobjects/Lead/${Id}` }, Id },
          })),
          rule: "Standard_Lead_Match_Rule_v1_0",
          size: others.length,
          success: true,
        },
      ],
    },
    errorCode: "DUPLICATES_DETECTED",
    message: "Use one of these records?",
  });
}
