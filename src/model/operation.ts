/** The parts of a lead that one update may set. A part that the CRM refuses is tried without the others. */
export type LeadUpdate = {
  /** Null in `expectOwnerId`: nobody owned it when we decided. */
  owner?: { ownerId: string; expectOwnerId: string | null };
  /** The CRM's own stage value. `clearFirst` when the CRM lets stages only go forward. */
  stage?: { value: string; clearFirst: boolean };
  status?: { value: string };
  /** The account that it was matched to, for the CRM's own lookup of it, where it has one that nobody filled. */
  account?: { accountId: string };
  /** The routing fields that Baton owns, rendered from the decision when sent. */
  stamp?: true;
  /** ISO; noted with the stamp. */
  slaDueAt?: string;
  slaStatus?: SlaStatus;
};

export type SlaStatus = "running" | "at_risk" | "breached" | "met" | "stopped";

/** Which text a task carries; the text itself is rendered when it is sent, so that it holds no personal data here. */
export type TaskTemplate =
  | "first-touch"
  | "reassigned"
  | "breach-manager"
  | "over-capacity"
  | "owner-away"
  | "channel-conflict"
  | "unrouted";

/** A planned write. It names ids only; everything a person reads is rendered from the decision when it is sent. */
export type OperationBody =
  | { kind: "update-lead"; update: LeadUpdate }
  | {
      kind: "create-task";
      ownerId: string;
      template: TaskTemplate;
      dueAt: string;
      remindAt: string | null;
      priority: "high" | "medium" | "low";
    }
  /** Makes the lead a person of its account, in the owner's name; once it has its owner and its task. */
  | { kind: "convert-lead"; accountId: string; ownerId: string }
  /** Tells the lead's new owner in the CRM itself. Once at most: twice is worse than never. */
  | { kind: "notify"; ownerId: string; template: TaskTemplate; dueAt: string }
  | { kind: "remind-task"; taskKey: string; remindAt: string }
  | { kind: "close-task"; taskKey: string; because: CloseReason };

/** Why Baton closes a task that its rep has not completed. */
export type CloseReason =
  | "breached"
  | "reassigned"
  | "lead-gone"
  | "merged"
  | "handed-over"
  | "no-longer-qualified"
  | "disposed"
  | "converted";

export type OperationKind = OperationBody["kind"];

/** Where an operation stands. `split` lives on in its parts. */
export type OperationState =
  | "planned"
  | "inflight"
  | "confirmed"
  | "unknown"
  | "yielded"
  | "refused"
  | "cancelled"
  | "split";

export type Operation = {
  /** Deterministic: the same decision and position give the same key on every machine. */
  key: string;
  connectionId: string;
  decisionId: string;
  leadId: string;
  /** Of the trigger; the partition it is stored in. */
  qualifiedAt: string;
  /** 1 goes first. */
  priority: number;
  body: OperationBody;
};

/** Rules of a refusal that mean the same at every CRM: the lead needs another owner; and, as its first word, nobody let us. */
export const ownerNotAssignable = "owner-not-assignable";
export const missingScope = "missing-scope";

/** What the CRM answered to one operation. */
export type Receipt =
  | { kind: "done"; crmId: string | null; note?: string }
  | { kind: "already-true"; crmId: string | null }
  /** A person (or another system) changed the owner after the facts were read. */
  | { kind: "yielded"; toOwnerId: string | null }
  /** Sent, and no answer proves what became of it. */
  | { kind: "unknown"; because: string }
  /** The CRM refused this record. `rule` is one of those above, or what the CRM calls it; `fields` are named as it does. */
  | { kind: "refused"; because: string; rule: string; fields: readonly string[] }
  /** The record is not there any more. */
  | { kind: "gone" }
  /** Proven not done; may be sent again as it is, not before `retryAt` (ISO). */
  | { kind: "retry"; because: string; retryAt: string };
