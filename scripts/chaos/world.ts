import type { Clock } from "../../src/sandbox/clock.ts";
import type { Violation } from "./check/violation.ts";
import type { Claim, LeaseClaim } from "./claim.ts";
import type { ChaosCrm } from "./crm.ts";
import type { Point, stoppedForLong, stoppedUntilTaken } from "./points.ts";

export type WorldKind = "postgres" | "pglite" | "simulated";

/** Something that was done to a process. */
export type Incident = { at: number; name: string; process: string; inFlight: InFlight };

export type Admitted = Pick<Violation, "promise" | "what">;

/** What was under way at that moment, as the CRM saw it. */
export type InFlight = { calls: Readonly<Record<string, number>>; deliveries: number; events: number };

/** On the world's clock. */
export type Tempo = {
  /** How long a round lasts at least and at most. */
  roundMs: readonly [number, number];
  /** How much longer until a process was struck, and between two looks whether one was. */
  patienceMs: number;
  lookMs: number;
  /** After the last round, how long nothing more may come to its end while anything is left. */
  calmWithinMs: number;
};

/** Baton installed in several accounts of local CRMs, as faults and load see it: with processes, or in one on a virtual clock. */
export type World = {
  kind: WorldKind;
  tempo: Tempo;
  clock: Clock;
  crms: readonly ChaosCrm[];
  incidents: readonly Incident[];
  /** Every lease as it was seen at some moment of the run; whoever looks adds to it. */
  leasesSeen: LeaseClaim[];
  /** Promises that somebody saw broken as it happened, such as a process that ended by itself. */
  admitted(): readonly Admitted[];
  /** Those that route, then those that only take webhooks. */
  processes: { workers: readonly string[]; webs: readonly string[] };
  /** Kills the process when it reaches the point (of a call: the one whose call it is), unless the answer is called before. */
  killAt(process: string, point: Point): () => void;
  /** Stops a worker in the middle of its work, and lets it go on. Only where there are two. */
  standStill?(how: typeof stoppedUntilTaken | typeof stoppedForLong): () => Promise<void>;
  /** Starts a second process on the database that one process alone may have. Only where there is such a one. */
  startSecond?(): Promise<void>;
  /** Runs `run` after so many ms of the world's time. */
  after(ms: number, run: () => void): void;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Whoever is dead is started again, as a supervisor does. */
  recover(): Promise<void>;
  /**
   * Admins install Baton again where its grant is lost: a process that dies between a CRM's rotation of a token and its
   * storing takes the grant along (salesforce.md §2.1). Without such a death it is a broken promise.
   */
  reconnect(): Promise<void>;
  /**
   * Every worker is stopped in order and started again: it asks the CRM for what it missed. Only where nobody can wait
   * until it asks by itself, which it does every ten minutes.
   */
  restart?(): Promise<void>;
  /** Parked events are worked again, as an operator does it. */
  redrive(): Promise<void>;
  readClaim(): Promise<Claim>;
  stop(): Promise<void>;
};
