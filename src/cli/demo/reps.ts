import type { Seed, SeedOwner, SeedRecord } from "../../sandbox/hubspot/seed.ts";

const hourMs = 3_600_000;

/** A person of the demo's company. Ids are HubSpot's owner ids. */
export type Person = {
  id: string;
  firstName: string;
  lastName: string;
  /** Names of teams; the default policy's pools are made of them. */
  teams: readonly string[];
  timeZone: string;
  /** Hours from the demo's start; null: not away. */
  awayHours: readonly [number, number] | null;
  /** A user who left the company but still stands on companies as their owner. */
  left: boolean;
};

function person(id: string, name: string, teams: string, timeZone: string): Person {
  const [firstName = "", lastName = ""] = name.split(" ");
  return { id, firstName, lastName, teams: teams.split(" + "), timeZone, awayHours: null, left: false };
}

export const people: readonly Person[] = [
  person("7101", "Anna Weber", "DACH Sales", "Europe/Berlin"),
  person("7102", "Lukas Brandt", "DACH Sales", "Europe/Berlin"),
  person("7103", "Miriam Keller", "DACH Sales + Enterprise Sales", "Europe/Zurich"),
  { ...person("7104", "Jonas Pichler", "DACH Sales", "Europe/Vienna"), awayHours: [-30, 90] },
  person("7201", "Oliver Hughes", "UK & Nordics Sales", "Europe/London"),
  person("7202", "Freya Lindqvist", "UK & Nordics Sales", "Europe/Stockholm"),
  person("7203", "Callum Reid", "UK & Nordics Sales + Enterprise Sales", "Europe/London"),
  person("7301", "Grace Mitchell", "North America Sales", "America/New_York"),
  person("7302", "Marcus Bell", "North America Sales", "America/New_York"),
  person("7303", "Sofia Ramirez", "North America Sales + Enterprise Sales", "America/New_York"),
  person("7304", "Tyler Brooks", "North America Sales", "America/Los_Angeles"),
  person("7401", "Ines Carvalho", "General Sales", "Europe/Lisbon"),
  person("7402", "Tomasz Nowak", "General Sales", "Europe/Warsaw"),
  person("7501", "Priya Nair", "SDR", "Europe/Dublin"),
  person("7901", "Helena Voss", "Revenue Operations", "Europe/Berlin"),
  { ...person("7999", "Peter Grant", "General Sales", "Europe/London"), left: true },
];

/** Who hears of breaches, and takes what nobody else could. */
export const managerName = "Helena Voss";
/** Too new for hot leads. */
export const newcomerName = "Lukas Brandt";

export const activeReps: readonly Person[] = people.filter(
  ({ left, teams }) => !left && !teams.includes("Revenue Operations"),
);
export const formerRep: Person = people.find(({ left }) => left) ?? neverHired();

function neverHired(): never {
  throw new Error("The demo needs somebody who left.");
}

/** Teams, owners and users of the portal. */
export function seedPeople(startAt: number): Pick<Seed, "teams" | "owners"> & { users: SeedRecord[] } {
  const names = [...new Set(people.flatMap(({ teams }) => teams))];
  const teamId = (name: string): string => String(31 + names.indexOf(name));
  const owners = people.map(
    (one): SeedOwner => ({
      id: one.id,
      userId: userIdOf(one),
      email: emailOf(one),
      firstName: one.firstName,
      lastName: one.lastName,
      archived: one.left,
      teams: one.teams.map((name, index) => ({ id: teamId(name), primary: index === 0 })),
    }),
  );
  return {
    teams: names.map((name) => ({ id: teamId(name), name })),
    owners,
    users: people.filter(({ left }) => !left).map((one) => userOf(one, startAt)),
  };
}

const userIdOf = ({ id }: Person): number => 40_000 + Number(id);
const emailOf = ({ firstName, lastName }: Person): string =>
  `${firstName}.${lastName}@acme-robotics-demo.com`.toLowerCase();

/** Hours and absences stand on the user as JSON in text (hubspot.md §5.1). */
function userOf(one: Person, startAt: number): SeedRecord {
  const absences = one.awayHours === null ? [] : [one.awayHours];
  return {
    properties: {
      hubspot_owner_id: one.id,
      hs_internal_user_id: String(userIdOf(one)),
      hs_email: emailOf(one),
      hs_given_name: one.firstName,
      hs_family_name: one.lastName,
      hs_standard_time_zone: one.timeZone,
      hs_working_hours: JSON.stringify([{ days: "MONDAY_TO_FRIDAY", startMinute: 540, endMinute: 1080 }]),
      hs_out_of_office_hours: JSON.stringify(
        absences.map(([from, to]) => ({
          startTimestamp: startAt + from * hourMs,
          endTimestamp: startAt + to * hourMs,
        })),
      ),
    },
    associations: [],
  };
}
