import type { Clock } from "../clock.ts";
import type { Change } from "./change.ts";
import type { Locks } from "./locks.ts";
import type { Permissions } from "./permissions.ts";
import type { SObject } from "./schema.ts";
import type { Table } from "./table.ts";

/** The words with which a rule refuses a record as it is to be stored; null: it has no objection. */
export type Objection = (row: Readonly<Record<string, unknown>>) => string | null;

/** Rules that an admin of the org made, and what of the platform a test may bend. Each can be set at any time. */
export type OrgRules = {
  /** By object: an active assignment rule gives every record to this user or queue, unless a header forbids it (salesforce.md §3.5). */
  assignment: Map<string, string>;
  /** By object: the words with which a validation rule refuses a record; null: it has no objection. */
  validation: Map<string, Objection>;
  /** By object: as `validation`, of a trigger or flow. */
  trigger: Map<string, Objection>;
  /** Of Leads that have an e-mail in common: null there is no rule, `alert` a header lets pass, `block` nothing does. */
  duplicates: "alert" | "block" | null;
  /** By object: ms that triggers and flows take for each row, inside the request and while its rows are locked. */
  automationMs: Map<string, number>;
  /** How long a transaction takes from its stamps to its commit, ms: a row may appear after one that was stamped later. */
  lateCommitMs: number;
  /** Records of a query's page, at most what the caller asks for. */
  pageSize: number;
  /** A LIKE that begins with a wildcard times out, as in an org with millions of records (salesforce.md §4.2). */
  isHuge: boolean;
};

/** One customer's Salesforce. */
export type Org = {
  /** 18 characters, as all ids here. */
  id: string;
  name: string;
  /** IANA. */
  timeZone: string;
  clock: Clock;
  random: () => number;
  /** By name in small letters: objects of features that are off are not there. */
  objects: Map<string, SObject>;
  /** By the object's name. */
  tables: Map<string, Table>;
  rules: OrgRules;
  locks: Locks;
  /** Of a user that nobody spoke of: what an integration needs. */
  permissionsOf(userId: string): Permissions;
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
