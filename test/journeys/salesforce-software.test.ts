import { afterEach, expect, test } from "@jest/globals";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type OrgJourney, orgPolicy, startOrgJourney } from "./org-world.ts";

let world: OrgJourney;
afterEach(() => world.stop());

test("software that works as a user gets no lead: what it owns is routed as nobody's, and no new owner is asked for", async () => {
  const policyText = orgPolicy.replace("name: dach, teams: [DACH Sales]", 'name: dach, teams: ["*"]');
  world = await startOrgJourney({ policyText });
  const { reps, ownUserId, dialerId } = world;
  world.create("Account", {
    ...{ Name: "Muster Maschinen GmbH", Website: "https://muster-maschinen.de", OwnerId: ownUserId },
    BillingCountry: "Germany",
  });
  const ofAccount = world.aLead({ Status: "MQL", OwnerId: ownUserId });
  const other = { Email: "b@other.example", Company: "Other", LastName: "Berg" };
  const ofNobody = world.aLead({ Status: "MQL", OwnerId: dialerId, ...other });

  const [first, second] = [ofAccount, ofNobody].map((id) => () => world.tasksOf(id)[0]?.OwnerId);
  await world.inTime("both have a rep and a task", () => first?.() !== undefined && second?.() !== undefined);

  const owners = [ofAccount, ofNobody].map((id) => world.lead(id).OwnerId);
  expect(owners).toEqual([first?.(), second?.()]);
  for (const owner of owners) expect(reps).toContain(owner);
  const tasks = [...tableOf(world.org, "Task").rows()];
  expect(tasks.filter(({ OwnerId }) => OwnerId === ownUserId || OwnerId === dialerId)).toEqual([]);
  const alerts = await openAlertsOfAll(world.app.deps.db.query, 100);
  expect(alerts.filter(({ kind }) => kind === "ghost-owner")).toEqual([]);
});
