/** What happened to a lead, account or opportunity, as far as one event tells. Events are hints: facts are read afresh. */
export type EventChange =
  /** `automated`: of an owner, software other than this app gave it; absent: a person did, or nobody says. */
  | { kind: "lead-changed"; field: "stage" | "owner" | "status"; value: string | null; automated?: true }
  | { kind: "lead-created" | "lead-deleted" | "lead-restored" | "lead-erased" | "lead-associated" }
  /** It is another record from now on (`into`: its id, where the CRM tells it), with its activities and tasks. */
  | { kind: "lead-converted"; into: string | null }
  | { kind: "lead-merged"; into: string; from: readonly string[] }
  | { kind: "account-changed" | "account-deleted" }
  | { kind: "account-merged"; into: string; from: readonly string[] }
  | { kind: "opportunity-changed" | "opportunity-deleted" }
  /** Well-formed, and of no use to us: the app is subscribed to more than we follow. */
  | { kind: "unused" }
  /** Ours: the reconciler found a qualifying lead that no event told of. */
  | { kind: "lead-found"; qualifiedAt: string }
  /** Ours: the same person qualified in another CRM of the workspace, as that lead. */
  | { kind: "lead-elsewhere"; qualifiedAt: string; connectionId: string; leadId: string }
  /**
   * Ours: the rep who has it let the first touch lapse or went away for good, it came back from deletion unowned, or a list
   * that held it has no reason to hold it any longer. All but the kind is the trigger of the decision to come.
   */
  | {
      kind: "lead-reassign";
      qualifiedAt: string;
      round: number;
      cause: "breached" | "owner-inactive" | "restored" | "merged" | "followed" | "waited";
      breachedBy: readonly string[];
      owners?: number;
      waits?: readonly { level: string; until: string | null }[];
      elsewhere?: { stage: string | null };
    };

/** One reported change. `subjectId` is the CRM's id of the lead, account or opportunity that it is about. */
export type CrmEvent = {
  /** Same for every delivery of the same change; differs between changes. */
  key: string;
  /** The CRM's account (portal, org) that it comes from. */
  externalId: string;
  subjectId: string;
  occurredAt: string;
  change: EventChange;
  /** True when the CRM says that this app made the change itself. */
  byThisApp: boolean;
};

/** An element of a delivery that is no usable event; stored as it came, so that a person can look. */
export type Junk = { key: string; externalId: string | null; raw: string; problem: string };
