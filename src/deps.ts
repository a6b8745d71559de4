import type { AccountIndex } from "./account-index/account-index.ts";
import type { Crm, SetTimer } from "./crm/crm.ts";
import type { MailDomains } from "./data/mail-domains.ts";
import type { PublicHolidays } from "./data/public-holidays.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Db } from "./store/db.ts";
import type { Keyring } from "./store/token-box.ts";

/** Every CRM that this installation speaks, by name. */
export type Crms = Readonly<Record<string, Crm>>;

/** What is passed in, made once in app.ts. A function that needs less asks for less. */
export type Deps = {
  db: Db;
  crms: Crms;
  keyring: Keyring;
  mailDomains: MailDomains;
  accountIndex: AccountIndex;
  publicHolidays: PublicHolidays;
  /** Wall time; instants in data come from here alone. */
  now: () => Date;
  /** Milliseconds that never jump: leases, limits and waits. */
  monotonic: () => number;
  /** Runs once after `ms`; the answer cancels it. */
  setTimer: SetTimer;
  log: Logger;
  metrics: Metrics;
  settings: Settings;
  /** What decides whose call is next, of the connections that this process works on; by connection id. */
  throttles: Map<string, ReturnType<Crm["createThrottle"]>>;
  /** Told of each stage of a lead's way, for the demo's terminal and the bench; never awaited, must not throw. */
  onProgress: (progress: Progress) => void;
};

/** What the environment decides and the pipeline needs. */
export type Settings = {
  /** Where the CRM and browsers reach us; no trailing slash. */
  publicUrl: string;
  /** A workspace whose undecided inbox is deeper answers 503. */
  inboxHighWater: number;
  leaseMs: number;
  /** How often due timers, open tasks, own tables, the CRM itself and the reps are looked at. */
  timerPollMs: number;
  taskSweepMs: number;
  repairMs: number;
  reconcileMs: number;
  repSyncMs: number;
};

export type Progress =
  | { kind: "decided"; leadId: string; decisionId: string; at: string }
  | { kind: "owner-written"; leadId: string; decisionId: string; ownerId: string; receivedAt: string; at: string }
  | { kind: "task-created"; leadId: string; decisionId: string; taskId: string | null; at: string }
  | { kind: "settled-without-owner"; leadId: string; decisionId: string; at: string }
  | {
      kind: "sla";
      leadId: string;
      decisionId: string;
      what: "reminded" | "breached" | "touched" | "reassigned";
      at: string;
    };
