import { createRandom } from "../../src/sandbox/create-random.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { to18 } from "../../src/sandbox/salesforce/ids.ts";
import { installPackage } from "../../src/sandbox/salesforce/package-schema.ts";
import type { SandboxOrg } from "../../src/sandbox/salesforce/sandbox-org.ts";
import { companyCount, countries, repsPerTeam, teams } from "./hubspot-world.ts";

export const scoreField = "Lead_Score__c";
/** Every account has an owner here: those that nobody looks after are the house's. */
export const houseName = "House Accounts";

const idOf = (prefix: string, index: number): string => to18(`${prefix}${String(index).padStart(12, "0")}`);
export const integrationUserId = idOf("005", 9_001);
const houseUserId = idOf("005", 9_002);
const adminUserId = idOf("005", 9_003);
export const repIds: readonly string[] = teams.flatMap((_, team) =>
  Array.from({ length: repsPerTeam }, (_, rep) => idOf("005", 100 * (team + 1) + rep)),
);
export const leadIdOf = (index: number): string => idOf("00Q", 1 + index);
const accountIdOf = (index: number): string => idOf("001", 1 + index);

/**
 * An org before an event's leads turn MQL: 20 reps, 2,000 accounts of which every fifth is a rep's, and leads in a queue, nine of
 * ten of a known account, one of ten hot. The same seed gives the same org.
 */
export function fillOrg(org: SandboxOrg, { seed, leads }: { seed: number; leads: number }): void {
  installPackage(org);
  org.addFields("Lead", `${scoreField} double`);
  // Enterprise edition with fifty licences (performance.md §1).
  org.limits.daily = 150_000;
  fillPeople(org);
  const queueId = putRow(org, "Group", { Name: "Inbound", DeveloperName: "Inbound", Type: "Queue" });
  putRow(org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  for (let index = 0; index < companyCount; index += 1) putRow(org, "Account", accountOf(index));
  const random = createRandom(seed);
  for (let index = 0; index < leads; index += 1) putRow(org, "Lead", leadOf(index, { random, queueId }));
}

function fillPeople(org: SandboxOrg): void {
  const profiles = new Map([...(org.tables.get("Profile")?.rows() ?? [])].map((row) => [row.Name, row.Id ?? null]));
  const roles = teams.map((name) =>
    putRow(org, "UserRole", { Name: name, DeveloperName: name.replaceAll(/\W+/g, "_") }),
  );
  const user = (Id: string, name: string, profile: string, UserRoleId: string | null = null) => {
    const [FirstName = "", LastName = ""] = name.split(" ");
    const Email = `${FirstName}.${LastName}@bench-demo.com`.toLowerCase();
    putRow(org, "User", {
      ...{ Id, FirstName, LastName, Name: name, Email, Username: Email, IsActive: true, UserType: "Standard" },
      ...{ ProfileId: profiles.get(profile) ?? null, TimeZoneSidKey: "Europe/Berlin", UserRoleId },
    });
  };
  user(integrationUserId, "Baton Integration", "Minimum Access - API Only Integrations");
  user(houseUserId, houseName, "Standard User");
  user(adminUserId, "Ada Admin", "System Administrator");
  for (const [index, id] of repIds.entries())
    user(id, `Rep ${id.slice(-6)}`, "Standard User", roles[Math.floor(index / repsPerTeam)] ?? null);
}

function accountOf(index: number) {
  const domain = `company-${index}-demo.com`;
  return {
    ...{ Id: accountIdOf(index), Name: `Company ${index}`, Website: `https://www.${domain}`, Baton_Domain__c: domain },
    ...{ BillingCountry: countryOf(index), NumberOfEmployees: 20 + ((index * 37) % 3000), Type: "Prospect" },
    OwnerId: (index % 5 === 0 ? repIds[index % repIds.length] : undefined) ?? houseUserId,
  };
}

const countryOf = (company: number): string => countries[company % countries.length] ?? "";

function leadOf(index: number, { random, queueId }: { random: () => number; queueId: string }) {
  const company = Math.floor(random() * companyCount);
  const domain = random() < 0.9 ? `company-${company}-demo.com` : "gmail.com";
  const isHot = random() < 0.1;
  return {
    ...{ Id: leadIdOf(index), FirstName: "Lead", LastName: String(index), Name: `Lead ${index}`, Company: domain },
    ...{ Email: `lead.${index}@${domain}`, Country: countryOf(company), Status: "Open - Not Contacted" },
    ...{ OwnerId: queueId, [scoreField]: Math.round(isHot ? 85 : 60 + random() * 15) },
  };
}
