import { accountOf } from "./derive.ts";
import type { Org } from "./org.ts";
import type { Draft } from "./record-rules.ts";

/** The rows that a write locks: the record, and what stands above it (salesforce.md §3.6). */
export function lockKeys(org: Org, { object, before, row }: Draft): string[] {
  const ids = [before?.Id ?? null];
  // One that moves to another parent locks both.
  for (const each of [before, row]) {
    if (each === undefined) continue;
    if (object === "Task" || object === "Event")
      ids.push(each.WhoId ?? null, each.WhatId ?? null, accountOf(org, each));
    if (object === "Contact" || object === "Opportunity") ids.push(each.AccountId ?? null);
  }
  return [...new Set(ids)].filter((id) => typeof id === "string");
}
