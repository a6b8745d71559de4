import type { CrmClient } from "../../src/crm/crm.ts";

/** A fake of one CRM with our client on it, and the hands of everyone else who works in that CRM. */
export type CrmUnderTest = {
  client: CrmClient;
  now: () => Date;
  /** Active reps, two at least; and one who left. */
  reps: readonly [string, string, ...string[]];
  formerRep: string;
  /** A stage after the qualifying one. */
  laterStage: string;
  addLead(lead: { email?: string; ownerId?: string; accountId?: string; qualified?: boolean }): string;
  addAccount(account: { name: string; domain: string; ownerId?: string }): string;
  addOpportunity(opportunity: { name: string; accountId: string; ownerId: string; isOpen: boolean }): string;
  ownerOf(leadId: string): string | null;
  stageOf(leadId: string): string | null;
  /** The subjects of the open and completed tasks of a lead. */
  tasksOf(leadId: string): readonly string[];
  deleteLead(leadId: string): void;
  deleteTask(taskId: string): void;
  /** A person works in the CRM's own pages. */
  person: {
    setsOwner(leadId: string, ownerId: string): void;
    completesTask(taskId: string): void;
    logsCall(leadId: string): void;
    getsCalled(leadId: string): void;
  };
  /** An integration that is not ours. */
  automation: { completesTask(taskId: string): void; logsCall(leadId: string): void };
  /** What happens to the next request of this sort. */
  next(
    sort: "read" | "update" | "create",
    what: "answer-lost" | "not-arrived" | "limited" | "overloaded" | "token-expired" | "locked",
  ): void;
  requests(): number;
  refreshes(): number;
  /** What search does not know yet, it knows afterwards. */
  settle(): void;
  stop(): Promise<void>;
};

export type Start = () => Promise<CrmUnderTest>;
