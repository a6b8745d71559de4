import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import type { ListedRep, Rep } from "../model/rep.ts";

/**
 * The people of a workspace with several CRMs. One person has a user in each, and is found by their e-mail address: a
 * decision, a ledger, a load and the policy name them by the id that they have in the owner authority. Who has no user
 * there keeps the id of their own CRM, and can be given the leads of that one alone.
 */
export type People = {
  /** The connection whose ids name people. */
  authorityId: string;
  /** The person whom an account means by one of its owner ids. */
  personOf(connectionId: string, ownerId: string): string;
  /** The id that a person has in an account; null: no user of theirs could own a record there. */
  ownerIn(connectionId: string, personId: string): string | null;
  /** Owner ids of an account that name nobody any more: the person has another id. */
  renamed(connectionId: string): readonly { from: string; to: string }[];
  /** Everybody, sorted by id, as the leads of one account see them. */
  rosterFor(connectionId: string): readonly Rep[];
};

/** The reps of one account, as its CRM lists them. */
export type AccountReps = { connectionId: string; crm: string; reps: readonly ListedRep[] };

/** Whose records say who has a lead that several have: as the policy names it, else the one that was linked first. */
export function authorityAmong<C extends Pick<Connection, "crm">>(
  connections: readonly [C, ...C[]],
  { ownerAuthority }: Pick<Policy, "ownerAuthority">,
): C {
  return connections.find(({ crm }) => crm === ownerAuthority) ?? connections[0];
}

/**
 * Do the deals of an account count as the work of their owners? What CRMs sync with each other stands in each of them, and
 * counts once: where the owner authority has it.
 */
export const countsDeals = (people: People | null, connectionId: string): boolean =>
  people === null || people.authorityId === connectionId;

/** `authority` is one of `others` or not; it is left out of them. */
export function joinPeople(authority: AccountReps, all: readonly AccountReps[]): People {
  const others = all.filter(({ connectionId }) => connectionId !== authority.connectionId);
  const byEmail = new Map<string, Rep>();
  for (const listed of activeLast(authority.reps)) {
    const address = addressOf(listed);
    if (address !== null) byEmail.set(address, listed.rep);
  }
  const users = new Map<string, Users>([[authority.connectionId, own(authority)]]);
  for (const account of others) users.set(account.connectionId, usersOf(account, { authority, byEmail }));
  const rosters = new Map([...users.keys()].map((id) => [id, rosterFor(id, { authority, users })]));
  return {
    authorityId: authority.connectionId,
    personOf: (connectionId, ownerId) => users.get(connectionId)?.persons.get(ownerId) ?? ownerId,
    ownerIn(connectionId, personId) {
      const rep = users.get(connectionId)?.reps.get(personId);
      return rep?.active === true ? rep.id : null;
    },
    renamed: (connectionId) =>
      [...(users.get(connectionId)?.persons ?? [])].flatMap(([from, to]) => (from === to ? [] : [{ from, to }])),
    rosterFor: (connectionId) => rosters.get(connectionId) ?? [],
  };
}

/** Null: they cannot be found by one. That of software is often the administrator's. */
const addressOf = ({ rep, email }: ListedRep): string | null =>
  email === null || rep.software ? null : email.trim().toLowerCase();

/** Of several users with one address the active one counts, and of those the one with the least id. */
const activeLast = (reps: readonly ListedRep[]): ListedRep[] =>
  [...reps].sort((a, b) => Number(a.rep.active) - Number(b.rep.active) || (a.rep.id < b.rep.id ? 1 : -1));

/** An account's users: the person by the owner id, and the user by the person. */
type Users = { persons: ReadonlyMap<string, string>; reps: ReadonlyMap<string, Rep> };

const own = ({ reps }: AccountReps): Users => ({
  persons: new Map(),
  reps: new Map(reps.map(({ rep }) => [rep.id, rep])),
});

function usersOf(
  { crm, reps }: AccountReps,
  { authority, byEmail }: { authority: AccountReps; byEmail: ReadonlyMap<string, Rep> },
): Users {
  const taken = new Set(authority.reps.map(({ rep }) => rep.id));
  const persons = new Map<string, string>();
  const byPerson = new Map<string, Rep>();
  for (const listed of activeLast(reps)) {
    const { rep } = listed;
    const address = addressOf(listed);
    const person = address === null ? undefined : byEmail.get(address);
    // Ids are each CRM's own: one that is somebody else's in the authority is told apart.
    const id = person?.id ?? (taken.has(rep.id) ? `${crm}:${rep.id}` : rep.id);
    persons.set(rep.id, id);
    byPerson.set(id, rep);
  }
  return { persons, reps: byPerson };
}

/** A person's name and hours are those of the authority; their teams are those of all, and away from one is away. */
function rosterFor(
  connectionId: string,
  { authority, users }: { authority: AccountReps; users: ReadonlyMap<string, Users> },
): readonly Rep[] {
  const ids = new Set([...users.values()].flatMap(({ reps }) => [...reps.keys()]));
  return [...ids].sort().flatMap((id) => {
    const all = [...users.values()].flatMap(({ reps }) => reps.get(id) ?? []);
    const [first] = all;
    if (first === undefined) return [];
    const daysOff = [...new Set(all.flatMap((rep) => rep.daysOff ?? []))].sort();
    const person: Rep = {
      ...first,
      id,
      teams: [...new Set(all.flatMap(({ teams }) => teams))],
      timeZone: all.find(({ timeZone }) => timeZone !== null)?.timeZone ?? null,
      shifts: all.find(({ shifts }) => shifts !== null)?.shifts ?? null,
      absences: all.flatMap(({ absences }) => absences),
      ...(daysOff.length === 0 ? {} : { daysOff }),
    };
    const here = users.get(connectionId)?.reps.get(id);
    const hasLeft = !first.active || (connectionId === authority.connectionId && here?.active === false);
    if (hasLeft || here?.active === true) return [{ ...person, active: !hasLeft }];
    return [{ ...person, active: false, noUser: true as const }];
  });
}
