import type { Policy, StageName } from "./policy.ts";
import type { Contact, LeadFacts } from "./snapshot.ts";

const dayMs = 86_400_000;

/** Who has had this person: the present owner, then earlier ones and whom a decision gave them to, the latest first. */
export function holdersOf({ lead, ownerHistory, earlierAssignment }: LeadFacts): string[] {
  const given = earlierAssignment === null ? [] : [{ ownerId: earlierAssignment.repId, at: earlierAssignment.at }];
  const before = [...ownerHistory, ...given].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const owners = [lead.ownerId, ...before.map(({ ownerId }) => ownerId)].filter((ownerId) => ownerId !== null);
  return [...new Set(owners)];
}

type At = { policy: Policy; now: string };

/**
 * Who was in contact within the policy's days: with the person first, then with the account, the latest first. What the
 * account lock is there for is left to it, where `stages` (the lead's own) has it.
 */
export function contactsOf(facts: LeadFacts, { policy, now }: At, stages: readonly StageName[]): Contact[] {
  const ageOf = ({ at }: Contact): number => (Date.parse(now) - Date.parse(at)) / dayMs;
  const lockDays = stages.includes("account-lock") ? policy.accountLockDays : -1;
  return (facts.contacts ?? [])
    .filter((contact) => ageOf(contact) <= policy.priorContactDays)
    .filter((contact) => contact.how !== "given-account" || ageOf(contact) > lockDays)
    .sort((a, b) => rank(a) - rank(b) || ageOf(a) - ageOf(b));
}

const rank = ({ how }: Contact): number => (how === "touched-person" ? 0 : 1);

/** Rep id → when they last had to do with the person or the account (ms since the epoch), within the policy's days. */
export function lastContacts(facts: LeadFacts, { policy, now }: At): ReadonlyMap<string, number> {
  const given = facts.earlierAssignment === null ? [] : [facts.earlierAssignment];
  const owned = facts.ownerHistory.flatMap(({ ownerId, at }) => (ownerId === null ? [] : [{ repId: ownerId, at }]));
  const last = new Map<string, number>();
  for (const { repId, at } of [...owned, ...given, ...(facts.contacts ?? [])]) {
    const ms = Date.parse(at);
    if (!(Date.parse(now) - ms <= policy.priorContactDays * dayMs)) continue;
    last.set(repId, Math.max(ms, last.get(repId) ?? 0));
  }
  return last;
}
