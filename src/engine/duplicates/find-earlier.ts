import type { EarlierLead } from "../snapshot.ts";
import { type Identity, keysOf } from "./identity.ts";
import { compareNames, isNearName, type PersonName } from "./person-name.ts";
import { type DuplicateSign, duplicateSigns } from "./signs.ts";

/** An earlier lead that shares a key with the one at hand. */
export type Candidate = {
  leadId: string;
  /** Which key. */
  by: DuplicateSign;
  name: PersonName | null;
  hasEmail: boolean;
};

/** More would tell nothing that these do not. */
const atMost = 3;

/** The earlier leads of the same person among `candidates` (the earliest first), the surest first, each once. */
export function earlierLeads(identity: Identity, candidates: readonly Candidate[]): EarlierLead[] {
  const found = new Map<string, EarlierLead>();
  for (const sign of duplicateSigns)
    for (const { leadId, by, ...other } of candidates)
      if (by === sign && !found.has(leadId) && isOnePerson(sign, identity, other)) found.set(leadId, { leadId, by });
  return [...found.values()].slice(0, atMost);
}

function isOnePerson(by: DuplicateSign, one: Identity, other: Pick<Candidate, "name" | "hasEmail">): boolean {
  switch (by) {
    case "email":
      return true;
    case "phone": {
      // A switchboard is many people's: where names do not tell, two addresses do.
      const names = compareNames(one.name, other.name);
      return names === "agree" || (names === "unknown" && !(one.email !== null && other.hasEmail));
    }
    case "name":
      return one.name !== null && other.name !== null && isNearName(one.name, other.name);
  }
}

/** Those who share a key with a lead: at most so many are compared with it, the earliest. */
export const mostCompared: Readonly<Record<DuplicateSign, number>> = { email: 3, phone: 10, name: 20 };

/** For each lead the candidates among those before it; `leads` are the earliest first. */
export function candidatesWithin(
  leads: readonly { leadId: string; identity: Identity }[],
): ReadonlyMap<string, readonly Candidate[]> {
  const candidatesOf = createCandidates();
  return new Map(leads.map((lead) => [lead.leadId, candidatesOf(lead)]));
}

/** Gives each lead the candidates among those that it was asked about before; ask the earliest first. */
export function createCandidates(): (lead: { leadId: string; identity: Identity }) => readonly Candidate[] {
  const sharing = new Map<string, readonly Candidate[]>();
  return ({ leadId, identity }) => {
    const keys = Object.entries(keysOf(identity)).flatMap(([by, key]) => (key === null ? [] : [`${by} ${key}`]));
    const candidates = keys.flatMap((key) => sharing.get(key) ?? []);
    for (const by of duplicateSigns) {
      const key = keysOf(identity)[by];
      const known = sharing.get(`${by} ${key}`) ?? [];
      if (key === null || known.length >= mostCompared[by]) continue;
      sharing.set(`${by} ${key}`, [...known, { leadId, by, name: identity.name, hasEmail: identity.email !== null }]);
    }
    return candidates;
  };
}
