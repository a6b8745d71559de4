import { installApp } from "../../../src/cli/demo/install.ts";
import { allowApp } from "../../../src/sandbox/hubspot/allow.ts";
import type { Portal } from "../../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";

const portalIds = [62515, 62516, 62517];
const teams = ["DACH Sales", "UK & Nordics Sales", "General Sales"];
const repsPerTeam = 3;

/** Three portals, each its own workspace; the last one keeps no task key unique (hubspot.md §4.13 leaves it open). */
export function addPortals(hubspot: HubspotSandbox): Portal[] {
  return portalIds.map((id, index) => {
    const portal = hubspot.addPortal({ id, name: `Portal ${index + 1}`, timeZone: "Europe/Berlin" });
    seedPortal(portal, parseSeed(seedOf()));
    if (index === portalIds.length - 1) portal.settings.taskUniqueProperties = "reject";
    return portal;
  });
}

/** As a super admin with a browser does it, portal by portal. `url`: where Baton is reached. */
export async function installEverywhere(hubspot: HubspotSandbox, portals: readonly Portal[], url: string) {
  // A sender that comes back within a round or two; the order and the number of its tries are HubSpot's.
  hubspot.webhooks.settings.retryDelaysMs = Array.from({ length: 10 }, () => 1_500);
  for (const app of hubspot.apps) app.webhooks.targetUrl = `${url}/hubspot/webhooks`;
  for (const { id } of portals)
    await installApp(`${url}/hubspot/install`, (page) => allowApp(page, { portalId: id, userId: 9_100 }));
}

/** Reps of three territories, three to each. */
function seedOf() {
  return {
    teams: teams.map((name, index) => ({ id: String(index + 1), name })),
    owners: teams.flatMap((_, team) =>
      Array.from({ length: repsPerTeam }, (_none, rep) => {
        const id = String(100 * (team + 1) + rep);
        return {
          id,
          userId: Number(id) + 9_000,
          email: `rep-${id}@chaos.example`,
          firstName: "Rep",
          lastName: id,
          teams: [{ id: String(team + 1), primary: true }],
        };
      }),
    ),
  };
}
