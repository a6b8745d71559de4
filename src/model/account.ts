import type { FieldValue } from "./lead.ts";

/** A company as the CRM has it; kept in a local table by sync and events. */
export type Account = {
  id: string;
  name: string | null;
  /** Registrable domains, lower case, without duplicates. */
  domains: readonly string[];
  ownerId: string | null;
  country: string | null;
  state: string | null;
  postalCode: string | null;
  employees: string | null;
  /** Left out: not known. */
  city?: string;
  phone?: string;
  /** The account that it is a part of; left out: of none. */
  parentId?: string;
  isCustomer: boolean;
  isCompetitor: boolean;
  lastActivityAt: string | null;
  /** Fields by the CRM's own names: those that the policy named when it was read. Left out: none. */
  crm?: Readonly<Record<string, FieldValue>>;
};

/** A deal as the CRM has it. */
export type Opportunity = {
  id: string;
  name: string | null;
  accountIds: readonly string[];
  ownerId: string | null;
  isOpen: boolean;
  /** Position of its stage in its pipeline; higher is further. */
  stageOrder: number;
  stage: string | null;
  /** In which third of its pipeline's open stages it is; left out: not known. */
  phase?: DealPhase;
  /** When it came to its stage; left out: not known. */
  stageSince?: string;
  lastActivityAt: string | null;
};

export type DealPhase = "early" | "mid" | "late";
