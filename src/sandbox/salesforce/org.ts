import type { Clock } from "../clock.ts";
import type { Change } from "./change.ts";
import type { SObject } from "./schema.ts";
import type { Table } from "./table.ts";

/** Rules that an admin of the org made. Each can be set by a test. */
export type OrgRules = {
  /** By object: an active assignment rule gives every record to this user or queue, unless a header forbids it (salesforce.md §3.5). */
  assignment: Map<string, string>;
  /** By object: the words with which a validation rule refuses a record; null: it has no objection. */
  validation: Map<string, (row: Readonly<Record<string, unknown>>) => string | null>;
  /** By object: as `validation`, of a trigger or flow. */
  trigger: Map<string, (row: Readonly<Record<string, unknown>>) => string | null>;
  /** Of Leads that have an e-mail in common: null there is no rule, `alert` a header lets pass, `block` nothing does. */
  duplicates: "alert" | "block" | null;
};

/** One customer's Salesforce. */
export type Org = {
  /** 18 characters, as all ids here. */
  id: string;
  name: string;
  /** IANA. */
  timeZone: string;
  clock: Clock;
  /** By name in small letters: objects of features that are off are not there. */
  objects: Map<string, SObject>;
  /** By the object's name. */
  tables: Map<string, Table>;
  rules: OrgRules;
  /** A new id for a record of this object. */
  newId(object: SObject): string;
  /** Called with what each transaction changed, in the order of the commits. */
  onCommit: ((changes: readonly Change[]) => void)[];
};

export function tableOf(org: Org, name: string): Table {
  const table = org.tables.get(name);
  if (table === undefined) throw new Error(`The org has no object ${name}.`);
  return table;
}
