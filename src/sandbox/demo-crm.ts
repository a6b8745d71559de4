import type { Clock } from "./clock.ts";
import type { DemoLead, DemoPerson, DemoWorld } from "./demo-world.ts";

/** A lead as it stands in the CRM: what an app wrote is read there, not believed. */
export type LeadView = {
  /** The CRM's own. */
  id: string;
  /** Name and company, or what is known instead. */
  label: string;
  ownerId: string | null;
  ownerName: string | null;
  tier: string;
  /** How it was decided, such as `pick: dach`; "" before. */
  rule: string;
  /** One line for people; "" before. */
  reason: string;
  slaStatus: string;
  /** When it last entered the stage that qualifies, and when an app last wrote its owner; epoch ms, null: never. */
  qualifiedAt: number | null;
  ownedAt: number | null;
};

/** A task about a lead; times are epoch ms, null where the CRM has none. */
export type DemoTask = { ownerId: string; isOpen: boolean; dueAt: number | null; remindAt: number | null };

export const repActs = ["completed the task", "logged a call", "sent an e-mail"] as const;

/** What a rep may do about a lead. */
export type RepAct = (typeof repActs)[number];

/** API calls that an app made; signing in is none. `search`: of a budget of their own; null: the CRM has none for them. */
export type RequestCounts = { main: number; search: number | null; refused: number };

/** A local CRM with one account, as the demo plays on it. Ids are the CRM's own. */
export type DemoCrm = {
  /** Where it is, as a person reads it: its addresses and its account. */
  where: string;
  /** What the environment says to an app that is to work on it. */
  variables: Readonly<Record<string, string>>;
  /** Tells it where the app is reached; a CRM that does not call needs not know. */
  meet(appUrl: string): void;
  /**
   * How everything was before the app came; nobody is told. Answers the ids of the leads, in their order. Throws
   * `NotTaken` with the CRM's words for a value that it does not take.
   */
  fill(world: DemoWorld): readonly string[];
  /** Somebody who was not there before; answers the id. */
  addLead(lead: DemoLead): string;
  /** An automation of the CRM moves the lead to the stage that qualifies it, and whoever listens is told. */
  qualify(leadId: string): void;
  /**
   * What an administrator does with a browser at the address that an app sent it to: looks at the page, allows. Answers
   * the address that the browser is sent back to; throws with what the page says instead.
   */
  allow(authorizeUrl: string): Promise<string>;
  /** Would an app be told of a change now? */
  isListenedTo(): boolean;
  viewLead(leadId: string): LeadView;
  ownerName(ownerId: string): string;
  /** Whose id it is, by the id of the demo's world; null: of nobody there. */
  personOf(ownerId: string): string | null;
  /** What the vendors' sync brings of another CRM: this person has the lead. */
  syncOwner(leadId: string, personId: string): void;
  /** Null when it is not there. */
  readTask(leadId: string, taskId: string): DemoTask | null;
  act(what: RepAct, target: { leadId: string; taskId: string; by: string }): void;
  /** Id of the last request that it received; 0 before the first. */
  lastRequest(): number;
  /** Those after `after`, up to `until`. */
  countRequests(range: { after: number; until: number }): RequestCounts;
  /** Commands to look into it from a terminal, and what each is for. */
  hints(leadId: string): readonly { about: string; command: string }[];
  stop(): Promise<void>;
};

export type DemoCrmOptions = { clock: Clock; seed: number };

/** What is otherwise in a policy for an account of this CRM than in the shipped one, in the policy's own words. */
export type DemoPolicy = {
  /** What is one value in each CRM; null: as in the shipped one. */
  own: { qualifyingStage: string; dispositions: readonly string[]; status: string | null } | null;
  /** Fields that the shipped policy reads, and the account's own that says the same. */
  fields: readonly (readonly [shipped: string, own: string])[];
  /** Names of those who have records and are no reps. */
  noReps: readonly string[];
};

/** What is known of a CRM before it runs, and the way to run it. */
export type DemoKit = {
  policy: DemoPolicy;
  /** Would it take this as somebody's e-mail address? */
  isEmail(text: string): boolean;
  /** Two people cannot have one address. */
  hasUniqueEmails: boolean;
  /** `installer`: the administrator. */
  start(options: DemoCrmOptions & { installer: DemoPerson }): Promise<DemoCrm>;
};

/** The CRM does not take a value; the message is its own. */
export class NotTaken extends Error {
  override name = "NotTaken";
}
