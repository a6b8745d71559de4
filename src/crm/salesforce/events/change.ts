/** One change event as its header tells it (salesforce.md §1.2). What the record holds is read afresh. */
export type Change = {
  /** Of the event; the same at each delivery. */
  eventId: string;
  entity: string;
  /** 18 characters each; "00Q*" where Salesforce names none. */
  recordIds: readonly string[];
  kind: "create" | "update" | "delete" | "undelete" | "gap" | "overflow";
  /** Names of fields; parts of a compound field as "Name.FirstName". Of updates. */
  changed: readonly string[];
  /** Values after the change of those that changed, of a new record all, as far as they are texts. */
  values: Readonly<Record<string, string>>;
  /** Epoch ms. */
  commitAt: number;
  /** What the writing client called itself; null: nobody says. */
  client: string | null;
};
