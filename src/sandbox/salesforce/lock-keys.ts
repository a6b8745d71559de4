import { accountOf } from "./derive.ts";
import type { Org } from "./org.ts";
import type { Draft } from "./record-rules.ts";

/** The rows that a write locks: the record, and what stands above it (salesforce.md §3.6). */
export function lockKeys(org: Org, { object, before, row }: Draft): string[] {
  const ids = [before === undefined ? null : row.Id];
  if (object === "Task" || object === "Event") ids.push(row.WhoId ?? null, row.WhatId ?? null, accountOf(org, row));
  if (object === "Contact" || object === "Opportunity") ids.push(row.AccountId ?? null);
  return [...new Set(ids)].filter((id) => typeof id === "string");
}
