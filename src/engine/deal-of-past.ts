import type { Opportunity } from "../model/account.ts";
import type { Past } from "../model/past.ts";
import { opportunityPoints } from "./opportunity-load.ts";
import type { Policy } from "./policy.ts";
import type { Work } from "./rerun-past.ts";

const dayMs = 86_400_000;

type DealOfPast = { createdAt: string; past: Past<Opportunity> };

/** Whose work a deal was, when, and how much: it is its owner's as long as it is open, and more once it has stood for long. */
export function workOfDeal({ createdAt, past }: DealOfPast, policy: Pick<Policy, "opportunityLoad">): Work[] {
  const work: Work[] = [];
  let to: string | null = null;
  for (const { since, value } of past.versions) {
    const from = since > createdAt ? since : createdAt;
    work.push(...workWhile(value, { from, to }, policy));
    to = from;
  }
  return work;
}

function workWhile(
  deal: Opportunity,
  { from, to }: { from: string; to: string | null },
  policy: Pick<Policy, "opportunityLoad">,
): Work[] {
  const { isOpen, ownerId: repId, stageSince } = deal;
  if (!isOpen || repId === null || (to !== null && to <= from)) return [];
  const points = opportunityPoints(deal, policy, new Date(from));
  const slowFrom = stageSince === undefined ? null : slowSince(stageSince, policy);
  if (slowFrom === null || slowFrom <= from || (to !== null && slowFrom >= to)) return [{ repId, from, to, points }];
  const slow = opportunityPoints(deal, policy, new Date(slowFrom));
  return [
    { repId, from, to: slowFrom, points },
    { repId, from: slowFrom, to, points: slow },
  ];
}

/** The first moment at which it has stood in its stage for longer than the policy's days. */
const slowSince = (stageSince: string, { opportunityLoad }: Pick<Policy, "opportunityLoad">): string =>
  new Date(Date.parse(stageSince) + opportunityLoad.slowAfterDays * dayMs + 1).toISOString();
