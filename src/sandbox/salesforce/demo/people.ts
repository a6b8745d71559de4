import type { DemoPerson } from "../../demo-world.ts";
import { to18 } from "../ids.ts";
import type { Seed, SeedRecord, SeedUser } from "../parse-seed.ts";

/** A person's user id. */
export const userIdOf = (personId: string): string => to18(`005${personId.padStart(12, "0")}`);

/** As whom Baton works, and to whom accounts belong that nobody looks after: here every account has an owner. */
export const integrationUser = "Baton Integration";
export const houseAccounts = "House Accounts";
/** As whom the vendors' sync works. */
const syncUser = "CRM Sync";
const [integrationId, houseId, syncId] = ["9001", "9002", "9003"];
export const integrationUserId = userIdOf(integrationId);
export const houseUserId = userIdOf(houseId);
export const syncUserId = userIdOf(syncId);

/** The person whose user id it is; null: it is no person's. */
export function personOf(userId: string): string | null {
  const [, id] = /^0050*([1-9]\d*)/.exec(userId) ?? [];
  return id === undefined || [integrationId, houseId, syncId].includes(id) ? null : id;
}

const roleRef = (team: string): string => `role ${team}`;
const groupRef = (team: string): string => `group ${team}`;

type People = Pick<Seed, "users"> & { records: SeedRecord[] };

/** Users with their roles, groups and absences. A person's first team is their role, the others are groups. */
export function seedPeople(people: readonly DemoPerson[], installerId: string): People {
  const roles = [...new Set(people.flatMap(({ teams }) => teams.slice(0, 1)))];
  const groups = [...new Set(people.flatMap(({ teams }) => teams.slice(1)))];
  const memberships = people.flatMap((person) => person.teams.slice(1).map((team) => ({ person, team })));
  return {
    users: [
      ...people.map((person) => userOf(person, person.id === installerId ? "System Administrator" : "Standard User")),
      machine(integrationId, integrationUser, apiOnly),
      machine(syncId, syncUser, apiOnly),
      machine(houseId, houseAccounts, "Standard User"),
    ],
    records: [
      ...roles.map((team) =>
        record("UserRole", roleRef(team), { Name: team, DeveloperName: team.replaceAll(/\W+/g, "_") }),
      ),
      ...groups.map((team) =>
        record("Group", groupRef(team), {
          ...{ Name: team, DeveloperName: team.replaceAll(/\W+/g, "_"), Type: "Regular" },
        }),
      ),
      ...memberships.map(({ person, team }) =>
        record("GroupMember", `${groupRef(team)}: ${person.id}`, {
          ...{ GroupId: `@${groupRef(team)}`, UserOrGroupId: userIdOf(person.id) },
        }),
      ),
      ...people.flatMap(({ id, away }) =>
        away === null
          ? []
          : [
              record("OutOfOffice", `away ${id}`, {
                ...{ UserId: userIdOf(id), StartDate: away.from, EndDate: away.to, IsEnabled: true },
              }),
            ],
      ),
    ],
  };
}

/** A record of a seed under the name by which others point to it. */
export const record = (object: string, ref: string, fields: Record<string, unknown>): SeedRecord => ({
  ...{ path: ref, object, ref, fields },
});

function userOf(person: DemoPerson, profile: string): SeedUser {
  const [role] = person.teams;
  return {
    ...record("User", `user ${person.id}`, {
      ...{ FirstName: person.firstName, LastName: person.lastName, Email: person.email },
      ...{ TimeZoneSidKey: person.timeZone, IsActive: !person.left },
      ...(role === undefined ? {} : { UserRoleId: `@${roleRef(role)}` }),
    }),
    ...{ id: userIdOf(person.id), profile, isFrozen: false, permissions: {} },
  };
}

const apiOnly = "Minimum Access - API Only Integrations";

function machine(id: string, name: string, profile: string): SeedUser {
  const [FirstName = "", LastName = ""] = name.split(" ");
  const Email = `${FirstName}.${LastName}@acme-robotics-demo.com`.toLowerCase();
  return {
    ...record("User", `user ${id}`, { FirstName, LastName, Email, IsActive: true }),
    ...{ id: userIdOf(id), profile, isFrozen: false, permissions: {} },
  };
}
