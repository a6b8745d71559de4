import type { ReasonCode } from "../decision.ts";

/** A rep who may take the lead now. `share` of one lead that this pick owes them: all shares of a pick sum to 1. */
export type Candidate = {
  repId: string;
  /** Base weight. */
  weight: number;
  share: number;
  /** Before this pick. */
  credit: number;
  load: number;
  /** The load that lowers the share. */
  busy: number;
  capacity: number;
  seniority: number;
};

/** Instants in ms since the epoch; 0: never, as far as we know. */
export type Turn = {
  leadId: string;
  poolId: string;
  /** When a rep was last in contact with the person or the account; 0 where that is no tie-breaker. */
  contactAt(repId: string): number;
  /** When a rep was last given a lead. */
  givenAt(repId: string): number;
};

/** Chooses one of those who may take the lead. */
export type PickStrategy = {
  label: string;
  /** What a candidate's share is in proportion to; null: this strategy keeps no ledger. */
  weigh: ((rep: Pick<Candidate, "weight" | "busy" | "capacity">) => number) | null;
  /** Candidates are eligible, in pool order, and never empty. */
  choose(candidates: readonly [Candidate, ...Candidate[]], turn: Turn): { repId: string; because: ReasonCode };
};

/** Chooses nobody: the pool's list offers the lead to all who may take it. */
type ListStrategy = { label: string; weigh: null; choose: null };

export type Strategy = PickStrategy | ListStrategy;
