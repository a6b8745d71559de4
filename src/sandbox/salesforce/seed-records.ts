import { ControlError } from "../control-input.ts";
import { blankRow } from "./blank-row.ts";
import { checkUnique } from "./check-unique.ts";
import { checkValue } from "./check-value.ts";
import { derive } from "./derive.ts";
import { SalesforceError } from "./errors.ts";
import { tableOf } from "./org.ts";
import type { SeedRecord } from "./parse-seed.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import type { Field, SObject, Value } from "./schema.ts";
import type { Transaction } from "./transaction.ts";
import { fieldsOf, requireAll } from "./write-records.ts";
import { withTimes } from "./written-times.ts";

/** A record that has its id: others may point to it. */
export type Placed = SeedRecord & { id: string };

/** `idOf`: by ref. `admin`: who owns and made what is nobody's. */
export type Seeding = {
  org: SandboxOrg;
  transaction: Transaction;
  idOf: ReadonlyMap<string, string>;
  admin: string | null;
};

const dayMs = 86_400_000;

/** Puts one record into its table; throws what Salesforce could not hold of it. */
export function storeRecord(seeding: Seeding, record: Placed): void {
  const { org, transaction, admin } = seeding;
  const { object } = tableOf(org, record.object);
  const at = record.createdAt ?? org.clock.now() - dayMs;
  const given = readValues(seeding, object, record);
  const stamps = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };
  const people = { OwnerId: admin, CreatedById: admin, LastModifiedById: admin };
  const known = new Set(object.fields.map(({ name }) => name));
  const usual = Object.entries({ ...stamps, ...people }).filter(([name]) => known.has(name));
  const row: Record<string, Value> = { ...blankRow(object), ...Object.fromEntries(usual), ...given, Id: record.id };
  requireAll(object, row);
  // What is worked out from the clock is as old as the record.
  derive({ object: object.name, before: undefined, row }, { ...org, clock: { ...org.clock, now: () => at } });
  Object.assign(row, given);
  checkUnique({ object: object.name, before: undefined, row }, org);
  transaction.put(tableOf(org, object.name), record.id, row);
}

function readValues(seeding: Seeding, object: SObject, record: Placed): Record<string, Value> {
  const fields = fieldsOf(object);
  const row: Record<string, Value> = {};
  for (const [name, given] of Object.entries(withTimes(object, record.fields))) {
    if (given === undefined) continue;
    const field = fields.get(name.toLowerCase());
    if (field === undefined)
      throw new SalesforceError(400, {
        message: `No such column '${name}' on sobject of type ${object.name}`,
        errorCode: "INVALID_FIELD",
      });
    row[field.name] = storedValue(seeding, field, given);
  }
  return row;
}

function storedValue({ org, idOf }: Seeding, field: Field, given: unknown): Value {
  const isRef = field.type === "reference" && typeof given === "string" && given.startsWith("@");
  if (!isRef) return checkValue(field, given, org);
  const id = idOf.get(given.slice(1));
  if (id === undefined) throw new ControlError(400, `${field.name}: no record of the seed has the ref ${given}`);
  if (field.referenceTo.some((name) => id.startsWith(org.tables.get(name)?.object.keyPrefix ?? "-"))) return id;
  throw new ControlError(400, `${field.name}: ${given} is no ${field.referenceTo.join(" or ")}`);
}
