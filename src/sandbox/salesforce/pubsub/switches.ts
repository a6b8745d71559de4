/** What a test may bend, at any time (salesforce.md §8 points 20 and 21). */
export type Switches = {
  /** Events delivered per 24 hours, to all subscribers together; 0: the allocation is used up. */
  deliveriesPerDay: number;
  /** How many events a subscription that goes on from a replay id gets once more. */
  duplicatesAfterReconnect: number;
  /**
   * How long a change takes to reach the bus, on the clock. A transaction's share of the range comes from its key: with a
   * wide one, transactions arrive in another order than they were committed in, each still in its own.
   */
  delay: { minMs: number; maxMs: number };
  /** Changes that hit several records in the same way become one event. */
  merge: boolean;
  /** Events name `00Q*` instead of their records. */
  wildcardIds: boolean;
  /** Replay ids are refused though the bus has their events; none: taken. */
  refuseReplayIds: "corrupted" | "validation.failed" | null;
  /** Chance, 0–1, that the server closes a stream after it sent events. */
  closeChance: number;
  /** Changed fields of one transaction beyond which the rest becomes GAP_OVERFLOW. */
  changesPerTransaction: number;
  /** Bytes of a payload beyond which an event becomes a gap. */
  maxPayload: number;
};

/** Nothing is bent: an Enterprise org's allocation, and the service's own limits (salesforce.md §1.2). */
export function createSwitches(): Switches {
  return {
    deliveriesPerDay: 25_000,
    duplicatesAfterReconnect: 0,
    delay: { minMs: 0, maxMs: 0 },
    merge: true,
    wildcardIds: false,
    refuseReplayIds: null,
    closeChance: 0,
    changesPerTransaction: 100_000,
    maxPayload: 1_000_000,
  };
}
