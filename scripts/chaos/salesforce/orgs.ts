import { installApp } from "../../../src/cli/demo/install.ts";
import { allowApp } from "../../../src/sandbox/salesforce/allow.ts";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { installPackage } from "../../../src/sandbox/salesforce/package-schema.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";

const teams = ["DACH Sales", "UK & Nordics Sales", "General Sales"];
const repsPerTeam = 3;

/**
 * An org, whom Baton works as in it, where its leads wait, and somebody who is in no pool. `lateMs`: how long a lead that
 * is new or qualifies takes to be seen; changeable.
 */
export type Place = { org: SandboxOrg; ownUserId: string; queueId: string; colleagueId: string; lateMs: number };

/** Two orgs, each its own workspace. */
export const addOrgs = (salesforce: SalesforceSandbox): Place[] => [1, 2].map((number) => addOrg(salesforce, number));

function addOrg(salesforce: SalesforceSandbox, number: number): Place {
  const org = salesforce.addOrg({ id: `00D00000000010${number}`, name: `Org ${number}`, timeZone: "Europe/Berlin" });
  installPackage(org);
  const queueId = putRow(org, "Group", { Name: "Inbound", DeveloperName: "Inbound", Type: "Queue" });
  putRow(org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  const ownUserId = addUser(org, "Baton", { profile: "Minimum Access - API Only Integrations", roleId: null });
  for (const [at, team] of teams.entries()) {
    const roleId = putRow(org, "UserRole", { Name: team });
    for (let rep = 0; rep < repsPerTeam; rep += 1)
      addUser(org, String(100 * (at + 1) + rep), { profile: "Standard User", roleId });
  }
  const colleagueId = addUser(org, "Colleague", { profile: "Standard User", roleId: null });
  // The package is there before anybody connects the app.
  salesforce.install({ orgId: org.id, userId: ownUserId });
  return { org, ownUserId, queueId, colleagueId, lateMs: 0 };
}

function addUser(org: SandboxOrg, name: string, is: { profile: string; roleId: string | null }): string {
  const profile = [...tableOf(org, "Profile").rows()].find((row) => row.Name === is.profile);
  const address = `${name.toLowerCase()}@${org.id.toLowerCase()}.example`;
  return putRow(org, "User", {
    ...{ FirstName: "Rep", LastName: name, Name: `Rep ${name}`, Email: address, Username: address, IsActive: true },
    ...{ UserType: "Standard", ProfileId: profile?.Id ?? null, TimeZoneSidKey: "Europe/Berlin", UserRoleId: is.roleId },
  });
}

/** As an admin with a browser does it, org by org. `url`: where Baton is reached. */
export async function installEverywhere(places: readonly Place[], url: string): Promise<void> {
  for (const { org, ownUserId } of places)
    await installApp(`${url}/salesforce/install`, (page) => allowApp(page, { orgId: org.id, userId: ownUserId }));
}
