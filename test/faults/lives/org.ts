import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { installPackage } from "../../../src/sandbox/salesforce/package-schema.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";

/** An org with Baton's package, two reps of one team, a queue, and a colleague who is in no pool. */
export function addOrg(salesforce: SalesforceSandbox) {
  const org = salesforce.addOrg({ name: "Acme", timeZone: "Europe/Berlin" });
  installPackage(org);
  const roleId = putRow(org, "UserRole", { Name: "DACH Sales" });
  const queueId = putRow(org, "Group", { Name: "Inbound", DeveloperName: "Inbound", Type: "Queue" });
  putRow(org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  const ownUserId = addUser(org, "Baton Integration", {
    profile: "Minimum Access - API Only Integrations",
    roleId: null,
  });
  const reps = ["Ada Berg", "Ben Cole"].map((name) => addUser(org, name, { profile: "Standard User", roleId }));
  const colleagueId = addUser(org, "Cem Demir", { profile: "Standard User", roleId: null });
  return { org, queueId, ownUserId, reps, colleagueId };
}

function addUser(
  org: SandboxOrg,
  name: string,
  { profile, roleId }: { profile: string; roleId: string | null },
): string {
  const [FirstName = "", LastName = ""] = name.split(" ");
  const address = `${FirstName.toLowerCase()}@acme.example`;
  const found = [...tableOf(org, "Profile").rows()].find((row) => row.Name === profile);
  return putRow(org, "User", {
    ...{ FirstName, LastName, Name: name, Email: address, Username: address, IsActive: true, UserType: "Standard" },
    ...{ ProfileId: found?.Id ?? null, TimeZoneSidKey: "Europe/Berlin", UserRoleId: roleId },
  });
}
