import type { Latency } from "../../src/sandbox/latency.ts";

/** CRMs that are benched, as they are called in addresses. */
export const crmNames = ["hubspot", "salesforce"] as const;
export type CrmName = (typeof crmNames)[number];

/** Where a sandbox is, and who works in its one account. `feedUrl`: null of a CRM that calls. */
export type SandboxAddress = { url: string; feedUrl: string | null; accountId: string; repIds: readonly string[] };

/** A lead as common integration code routes it. */
export type NaiveClient = { route(leadId: string): Promise<void> };

/** What a naive client is given. `accountId`: the CRM's. */
export type NaiveAccess = { url: string; accessToken: string; repIds: readonly string[] };

export type Writing = {
  /** What the CRM runs of its own for each lead that is written, within the call. */
  automationMs: number;
  /** Null: Baton's default. */
  streams: number | null;
};

/** How Baton is set up for a CRM, as far as a bench needs to know. */
export type CrmBench = {
  title: string;
  /** Path of the webhooks; null: it is listened to. */
  webhooks: string | null;
  /** What an operator sets for it. */
  settings(at: SandboxAddress, writing: Writing): Readonly<Record<string, object>>;
  /** What is otherwise in a policy for this CRM than in the shipped one. */
  policy(shipped: string): string;
  /** What an administrator does on the page that Baton sent them to; answers where the browser is sent then. */
  allow(authorizeUrl: string, at: SandboxAddress): Promise<string>;
  /** Of the sandbox's answers to a burst. */
  latency: Latency;
  naive: {
    about: string;
    workers: number;
    /** How long it takes for a lead at factor 1, with all its workers busy. */
    leadMs: number;
  };
  /** How its calls, and refusals by its limit, are called. */
  words: { calls: string; refused: string };
};
