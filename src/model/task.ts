/** A follow-up task as the CRM has it now. */
export type TaskState = {
  id: string;
  /** Our operation key, when the task carries one. */
  key: string | null;
  leadId: string | null;
  holderId: string | null;
  dueAt: string | null;
  completed: boolean;
  completedAt: string | null;
  /** The CRM says that an integration or a workflow completed it, not a person. */
  completedByAutomation: boolean;
};

/** A call, e-mail, meeting or message that a person logged with a lead. `at` is when it happened, as they say. */
export type Touch = {
  at: string;
  how: "call" | "email" | "meeting" | "message";
  /** Rep id, where the CRM tells it. */
  by: string | null;
};

/** What a look at a watched lead finds. */
export type LeadActivity = {
  leadId: string;
  ownerId: string | null;
  stage: string | null;
  status: string | null;
  touch: Touch | null;
  /** The record that the lead was converted into: owner and touch are that one's. Left out: it was not. */
  convertedInto?: string;
};

/** The texts and dates of a task to create. */
export type TaskDraft = {
  key: string;
  leadId: string;
  ownerId: string;
  subject: string;
  /** HTML, already escaped. */
  body: string;
  dueAt: string;
  remindAt: string | null;
  priority: "high" | "medium" | "low";
};

/** What somebody is told on their desk and phone: plain texts, and the lead that they lead to. */
export type Notice = { key: string; leadId: string; recipientId: string; title: string; body: string };

export type TaskChange = {
  key: string;
  taskId: string;
  remindAt?: string;
  /** Completes the task; `note` is put above its body so that the old rep reads why. */
  close?: { note: string };
};

/** One lead's update as it is sent: what Baton stamps on it is rendered already. */
export type LeadWrite = {
  key: string;
  leadId: string;
  ownerId?: string;
  stage?: string;
  /** For a stage that the CRM would not go back to: it is cleared first, by a request of its own. */
  clearStageFirst?: true;
  status?: string;
  /** For a lookup of the lead's account; a CRM without one takes no notice. */
  accountId?: string;
  stamp?: Partial<Readonly<Record<StampField, string | null>>>;
  /** To be made together with it, for CRMs that do so (`LeadWrites.withTasks`). */
  tasks?: readonly TaskDraft[];
};

/** A lead to be made a person of an account, in this owner's name. */
export type LeadConversion = { key: string; leadId: string; accountId: string; ownerId: string };

/** The fields that Baton keeps on a lead; each CRM folder maps them to its own names. */
export const stampFields = [
  "tier",
  "routedAt",
  "rule",
  "reason",
  "policyVersion",
  "traceUrl",
  "slaDueAt",
  "slaStatus",
] as const;
export type StampField = (typeof stampFields)[number];
