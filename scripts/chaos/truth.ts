/** What a CRM knows for certain: its store, its request log, and what it told. Times are epoch ms. */
export type Truth = {
  /** Every event of a record that was told, or is to be; `acknowledged` by an answer that the CRM saw. */
  events: readonly SentEvent[];
  /** Each entry of a lead into the qualifying stage since the install, also of one that is gone. */
  triggers: readonly Trigger[];
  /** Each owner that a call of the app asked for, done or not, whatever it carries. */
  ownerWrites: readonly OwnerWrite[];
  /** Those that are there. By `leadName`. */
  leads: ReadonlyMap<string, LeadTruth>;
  /** Every task that the app made, whatever it carries. */
  tasks: readonly TaskTruth[];
  /** Leads that people merged, deleted, restored or converted, and those that they live on in. By `leadName`. */
  struck: ReadonlySet<string>;
};

export type SentEvent = { key: string; accountId: string; objectId: string; occurredAt: number; acknowledged: boolean };
export type Trigger = { accountId: string; leadId: string; at: number };
export type OwnerWrite = {
  accountId: string;
  leadId: string;
  /** The decision that the stamp beside it names; null where there is none. */
  decisionId: string | null;
  ownerId: string;
  at: number;
};
export type LeadTruth = { accountId: string; leadId: string; ownerId: string | null; qualifies: boolean };
export type TaskTruth = {
  accountId: string;
  taskId: string;
  /** Null where it carries none of Baton. */
  key: string | null;
  leadIds: readonly string[];
  open: boolean;
  /** It is not open, and the app did not close it. */
  doneByPerson: boolean;
  createdAt: number;
  ownerId: string | null;
};

/** The same lead id may stand in two accounts. */
export const leadName = ({ accountId, leadId }: { accountId: string; leadId: string }): string =>
  `${accountId} ${leadId}`;

/** What several CRMs know. */
export const joinTruths = (truths: readonly Truth[]): Truth => ({
  events: truths.flatMap(({ events }) => events),
  triggers: truths.flatMap(({ triggers }) => triggers),
  ownerWrites: truths.flatMap(({ ownerWrites }) => ownerWrites),
  leads: new Map(truths.flatMap(({ leads }) => [...leads])),
  tasks: truths.flatMap(({ tasks }) => tasks),
  struck: new Set(truths.flatMap(({ struck }) => [...struck])),
});
