import type { Row } from "./schema.ts";

export type ChangeType =
  | "CREATE"
  | "UPDATE"
  | "DELETE"
  | "UNDELETE"
  | "GAP_CREATE"
  | "GAP_UPDATE"
  | "GAP_DELETE"
  | "GAP_UNDELETE"
  | "GAP_OVERFLOW";

/** One change of one or more records of an object, as a transaction committed it (salesforce.md §1.2). */
export type Change = {
  entityName: string;
  /** 18 characters each; several: the same change hit several records in one transaction within one second. */
  recordIds: readonly string[];
  changeType: ChangeType;
  /** "com/salesforce/api/rest/66.0;client=Baton"; "" when no API made it. */
  changeOrigin: string;
  transactionKey: string;
  /** From 1 on within the transaction; always 1 of gaps. */
  sequenceNumber: number;
  /** Epoch ms. */
  commitTimestamp: number;
  commitNumber: bigint;
  commitUser: string;
  /** Of UPDATE, by name; parts of a compound field by their own names. */
  changedFields: readonly string[];
  nulledFields: readonly string[];
  /** The record after it, of DELETE as it was deleted: a channel's enriched fields are of it. Null of gaps. */
  row: Row | null;
};
