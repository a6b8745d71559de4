import type { Account } from "../../model/account.ts";
import { byId } from "./by-id.ts";
import type { AccountTieBreaker } from "./matching.ts";

/** What tie-breakers look at beside the accounts themselves. */
export type Known = {
  tieBreakers: readonly AccountTieBreaker[];
  /** Accounts with an open opportunity. */
  haveOpportunity: Pick<ReadonlySet<string>, "has">;
  isActive(ownerId: string): boolean;
};

/** `because`: why the first of the two comes out ahead, where it does. */
export type Ordered = { order: number; because: string };

/** Two accounts that a lead may belong to alike: the first tie-breaker that tells them apart, then the lower id. */
export function byTieBreakers(a: Account, b: Account, known: Known): Ordered {
  for (const name of known.tieBreakers) {
    const ordered = compare[name](a, b, known);
    if (ordered.order !== 0) return ordered;
  }
  return { order: byId(a.id, b.id), because: "higher-id" };
}

type Compare = (a: Account, b: Account, known: Known) => Ordered;

/** Who has it comes first. */
const having =
  (has: (account: Account, known: Known) => boolean, because: (other: Account) => string): Compare =>
  (a, b, known) => ({ order: Number(has(b, known)) - Number(has(a, known)), because: because(b) });

const compare: Readonly<Record<AccountTieBreaker, Compare>> = {
  "open-opportunity": having(
    ({ id }, { haveOpportunity }) => haveOpportunity.has(id),
    () => "no-open-opportunity",
  ),
  customer: having(
    ({ isCustomer }) => isCustomer,
    () => "not-a-customer",
  ),
  "active-owner": having(
    ({ ownerId }, { isActive }) => ownerId !== null && isActive(ownerId),
    ({ ownerId }) => (ownerId === null ? "has-no-owner" : "owner-inactive"),
  ),
  "recent-activity": (a, b) => ({
    order: instant(b.lastActivityAt) - instant(a.lastActivityAt),
    because: "less-recent-activity",
  }),
};

const instant = (at: string | null): number => {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? 0 : ms;
};
