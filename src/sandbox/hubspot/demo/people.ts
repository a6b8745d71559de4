import type { DemoPerson } from "../../demo-world.ts";
import type { Seed, SeedOwner, SeedRecord } from "../seed.ts";

/** Teams, owners and users of the portal. */
export function seedPeople(people: readonly DemoPerson[]): Pick<Seed, "teams" | "owners"> & { users: SeedRecord[] } {
  const names = [...new Set(people.flatMap(({ teams }) => teams))];
  const teamId = (name: string): string => String(31 + names.indexOf(name));
  const owners = people.map(
    (one): SeedOwner => ({
      id: one.id,
      userId: userIdOf(one),
      email: one.email,
      firstName: one.firstName,
      lastName: one.lastName,
      archived: one.left,
      teams: one.teams.map((name, index) => ({ id: teamId(name), primary: index === 0 })),
    }),
  );
  return {
    teams: names.map((name) => ({ id: teamId(name), name })),
    owners,
    users: people.filter(({ left }) => !left).map(userOf),
  };
}

/** A person's user id; their owner id is their own. */
export const userIdOf = ({ id }: Pick<DemoPerson, "id">): number => 40_000 + Number(id);

/** Hours and absences stand on the user as JSON in text (hubspot.md §5.1). */
function userOf(one: DemoPerson): SeedRecord {
  const absences = one.away === null ? [] : [{ startTimestamp: one.away.from, endTimestamp: one.away.to }];
  return {
    properties: {
      hubspot_owner_id: one.id,
      hs_internal_user_id: String(userIdOf(one)),
      hs_email: one.email,
      hs_given_name: one.firstName,
      hs_family_name: one.lastName,
      hs_standard_time_zone: one.timeZone,
      hs_working_hours: JSON.stringify([{ days: "MONDAY_TO_FRIDAY", startMinute: 540, endMinute: 1080 }]),
      hs_out_of_office_hours: JSON.stringify(absences),
    },
    associations: [],
  };
}
