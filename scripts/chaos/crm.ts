import type { Fault } from "./fault.ts";
import type { CallKind } from "./points.ts";
import type { Truth } from "./truth.ts";

/** A line of a story: what happened when, epoch ms. */
export type Line = { at: number; text: string };

/** A call of the app that is a station of leads; `text` has all that stands in it. */
export type SeenCall = { kind: CallKind; accountId: string | null; text: () => string };

/** What people do to a lead in the middle of work on it. A CRM that has no conversion has that a deleted lead comes back. */
export const lives = ["merged", "deleted", "converted or restored"] as const;
export type Life = (typeof lives)[number];

/** What people and workflows do in an account. */
export type People = {
  /** Somebody new turns up, and qualifies. */
  qualifyNew(accountId: string): void;
  /** A lead whose story seemed to be over, for it has its owner and its task, qualifies again. */
  qualifyAgain(accountId: string): void;
  completeTask(accountId: string): void;
  /** Does it to one of the leads that stand in the text, if there is any. */
  strike(life: Life, accountId: string, text: string): void;
  /** Qualifications so far. */
  qualified(): number;
  /** How often it was done to a lead. */
  struck(life: Life): number;
};

/** A local CRM with several accounts, as chaos plays on it. */
export type ChaosCrm = {
  /** As Baton names it. */
  name: string;
  accountIds: readonly string[];
  /** What the environment says to a process that is to work on it. */
  variables: Readonly<Record<string, string>>;
  /** An admin of each account, or of these, installs Baton, which is reached at this address. */
  install(url: string, accountIds?: readonly string[]): Promise<void>;
  people: People;
  readTruth(): Truth;
  watch(run: (call: SeenCall, moment: "arrived" | "applied") => void): () => void;
  /** Calls without an answer, by kind; deliveries that wait for one, and events that wait to be delivered. */
  inFlight(): { calls: Readonly<Record<string, number>>; deliveries: number; events: number };
  /** The number of the last call. */
  lastCall(): number;
  /** Events that it saw acknowledged. */
  acknowledged(): number;
  /** What it knows of a lead. */
  historyOf(lead: { accountId: string; leadId: string }): Line[];
  /** Leads of which something was not told, by `leadName`. */
  untold(): ReadonlySet<string>;
  /** What goes wrong with its calls and with what it tells. */
  faults: readonly Fault[];
  /** Nothing goes wrong any more. */
  calm(): void;
  stop(): Promise<void>;
};
