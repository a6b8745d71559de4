import type { Opportunity } from "../model/account.ts";
import type { Past } from "../model/past.ts";
import type { Work } from "./rerun-past.ts";

/** Whose work a deal was, and when: it is its owner's as long as it is open. */
export function workOfDeal({ createdAt, past }: { createdAt: string; past: Past<Opportunity> }): Work[] {
  const work: Work[] = [];
  let to: string | null = null;
  for (const { since, value } of past.versions) {
    const from = since > createdAt ? since : createdAt;
    const isNothing = to !== null && to <= from;
    if (value.isOpen && value.ownerId !== null && !isNothing) work.push({ repId: value.ownerId, from, to });
    to = from;
  }
  return work;
}
