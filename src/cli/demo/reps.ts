import type { DemoPerson } from "../../sandbox/demo-world.ts";
import { demoStartAt } from "./clock.ts";

const hourMs = 3_600_000;

function person(id: string, name: string, teams: string, timeZone: string): DemoPerson {
  const [firstName = "", lastName = ""] = name.split(" ");
  const email = `${firstName}.${lastName}@acme-robotics-demo.com`.toLowerCase();
  return { id, firstName, lastName, email, teams: teams.split(" + "), timeZone, away: null, left: false };
}

/** In hours from the demo's start. */
const between = (from: number, to: number): DemoPerson["away"] => ({
  from: demoStartAt + from * hourMs,
  to: demoStartAt + to * hourMs,
});

export const people: readonly DemoPerson[] = [
  person("7101", "Anna Weber", "DACH Sales", "Europe/Berlin"),
  person("7102", "Lukas Brandt", "DACH Sales", "Europe/Berlin"),
  person("7103", "Miriam Keller", "DACH Sales + Enterprise Sales", "Europe/Zurich"),
  { ...person("7104", "Jonas Pichler", "DACH Sales", "Europe/Vienna"), away: between(-30, 90) },
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

export const activeReps: readonly DemoPerson[] = people.filter(
  ({ left, teams }) => !left && !teams.includes("Revenue Operations"),
);
export const formerRep: DemoPerson = personWho("left", ({ left }) => left);
/** Who looks after the CRM, and installs what is installed there. */
export const administrator: DemoPerson = personWho(
  "is its administrator",
  ({ firstName, lastName }) => `${firstName} ${lastName}` === managerName,
);

function personWho(does: string, isMeant: (person: DemoPerson) => boolean): DemoPerson {
  const found = people.find(isMeant);
  if (found === undefined) throw new Error(`The demo needs somebody who ${does}.`);
  return found;
}
