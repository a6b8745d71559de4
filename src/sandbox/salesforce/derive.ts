import { type Org, tableOf } from "./org.ts";
import type { Draft } from "./record-rules.ts";
import type { Row, Value } from "./schema.ts";

/** Fields that nobody writes, worked out of those that somebody wrote. Changes the draft's row. */
export function derive(draft: Draft, org: Org): void {
  const { row } = draft;
  if ("LastName" in row) row.Name = [row.FirstName, row.LastName].filter(Boolean).join(" ");
  derivers[draft.object]?.(draft, org);
}

const derivers: Readonly<Record<string, (draft: Draft, org: Org) => void>> = {
  Task: deriveTask,
  Opportunity: deriveOpportunity,
  CampaignMember({ row, before }, { clock, timeZone }) {
    // Of a Lead that was converted there are both.
    row.LeadOrContactId = row.ContactId ?? row.LeadId ?? null;
    row.HasResponded = row.Status === "Responded";
    if (row.HasResponded && before?.HasResponded !== true) row.FirstRespondedDate = dateIn(timeZone, clock.now());
  },
};

/** A label of the org's own lists, and what it stands for. */
function labelled(org: Org, list: string, label: Value | undefined): Row | undefined {
  for (const row of tableOf(org, list).rows()) if (row.ApiName === label) return row;
  return undefined;
}

function deriveTask({ row, before }: Draft, org: Org): void {
  row.IsClosed = labelled(org, "TaskStatus", row.Status)?.IsClosed === true;
  row.IsHighPriority = labelled(org, "TaskPriority", row.Priority)?.IsHighPriority === true;
  if (row.IsClosed !== (before?.IsClosed === true)) row.CompletedDateTime = row.IsClosed ? org.clock.now() : null;
  row.AccountId = accountOf(org, row);
  if (row.IsReminderSet !== true) row.ReminderDateTime = null;
}

/** The Account behind what a Task is about. */
export function accountOf(org: Org, { WhoId, WhatId }: Readonly<Record<string, Value>>): string | null {
  const what = typeof WhatId === "string" ? WhatId : "";
  if (what.startsWith("001")) return what;
  const row = what.startsWith("006")
    ? tableOf(org, "Opportunity").get(what)
    : tableOf(org, "Contact").get(typeof WhoId === "string" ? WhoId : "");
  return typeof row?.AccountId === "string" ? row.AccountId : null;
}

function deriveOpportunity({ row, before }: Draft, org: Org): void {
  const stage = labelled(org, "OpportunityStage", row.StageName);
  row.IsClosed = stage?.IsClosed === true;
  row.IsWon = stage?.IsWon === true;
  row.ForecastCategoryName = stage?.ForecastCategoryName ?? null;
  if (before !== undefined && before.StageName !== row.StageName) row.LastStageChangeDate = org.clock.now();
}

/** "2026-11-20": the day that it is somewhere at an instant (epoch ms). */
export function dateIn(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}
