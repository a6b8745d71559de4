import { afterEach, expect, test } from "@jest/globals";
import { publish } from "../../src/pipeline/publish-policy.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import { allWorkspaces } from "../../src/store/workspaces.ts";
import { type OrgJourney, orgPolicy, startOrgJourney } from "./org-world.ts";
import { type Journey, startJourney, withoutCaps } from "./world.ts";

let world: Pick<OrgJourney | Journey, "app" | "stop">;
afterEach(() => world.stop());

const theWorkspace = async () => {
  const [workspace] = await allWorkspaces(world.app.deps.db.query);
  if (workspace === undefined) throw new Error("There is no workspace.");
  return workspace;
};

const toldStages = async (): Promise<string[]> => {
  const { query } = world.app.deps.db;
  const open = await openAlerts(query, (await theWorkspace()).id, 99);
  return open.filter(({ kind }) => kind === "stage-unknown").map(({ message }) => message);
};

const publishPolicy = async (text: string, despite: string | null = "an account of few people"): Promise<void> => {
  const { db, now } = world.app.deps;
  const signed = { at: now().toISOString(), by: "Ada", approvedBy: "Bo", despite };
  await publish(db, { workspace: await theWorkspace(), text, ...signed });
};

test("a stage that the CRM does not have is told of until it is so, is not searched for, and the leads are found then", async () => {
  const unknown = withoutCaps.replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: MQL");
  const journey = await startJourney({ policyText: withoutCaps });
  world = journey;
  await expect(publishPolicy(unknown, null)).rejects.toThrow('error: qualifying_stage is "MQL", a stage that hubspot');
  await publishPolicy(unknown);

  await journey.inTime("it is told", async () => (await toldStages()).length > 0);
  expect(await toldStages()).toEqual([
    expect.stringMatching(
      /^HubSpot account 62515 has no stage "MQL", which qualifying_stage of the policy names: none of its leads qualifies\. It has subscriber, lead, /,
    ),
  ]);
  const missed = journey.qualify({ email: "jana@muster-maschinen.de", country: "Germany" });
  const before = journey.hubspot.requests.list().length;
  await journey.pass(11 * 60_000, 60_000);
  const asked = journey.hubspot.requests.list().slice(before);
  expect(asked.filter(({ status }) => status >= 400)).toEqual([]);
  expect(journey.property("0-1", missed, "hubspot_owner_id")).toBe("");

  await publishPolicy(withoutCaps);
  await journey.inTime("it has ended", async () => (await toldStages()).length === 0);
  await journey.inTime("the lead is owned", () => journey.property("0-1", missed, "hubspot_owner_id") !== "");
}, 120_000);

test("a stage that is written, and a stage of one CRM alone, are told of with where they stand", async () => {
  const policyText = orgPolicy.concat(
    '\nby_crm:\n  salesforce: { qualifying_stage: Mql, writes: { stage: "Working", status: OPEN } }\n',
  );
  const journey = await startOrgJourney({ policyText });
  world = journey;
  let told: string[] = [];
  const look = setInterval(() => void toldStages().then((messages) => (told = messages)), 50);
  try {
    await journey.inTime("all are told", () => told.length === 3);
  } finally {
    clearInterval(look);
  }
  expect(told.filter((message) => message.includes('"OPEN", which by_crm.salesforce.writes.status of'))).toHaveLength(
    1,
  );
  expect(
    told
      .filter((message) => !message.includes("OPEN"))
      .map((message) => message.replace(/^.* has no/, "has no"))
      .sort(),
  ).toEqual([
    'has no stage "Mql", which by_crm.salesforce.qualifying_stage of the policy names: none of its leads qualifies. It has Open - Not Contacted, Working - Contacted, MQL, Recycled, Closed - Converted, Closed - Not Converted — did you mean "MQL"?',
    'has no stage "Working", which by_crm.salesforce.writes.stage of the policy names: it is no value of that field. It has Open - Not Contacted, Working - Contacted, MQL, Recycled, Closed - Converted, Closed - Not Converted.',
  ]);
}, 120_000);

test("an org that Baton is installed in with the shipped policy routes, and nothing is unknown", async () => {
  const journey = await startOrgJourney({ policyText: withoutCaps });
  world = journey;
  const id = journey.aLead({ Status: "MQL" });
  await journey.inTime("the lead is owned", () => journey.lead(id).OwnerId !== journey.queueId);
  expect(journey.lead(id).Status).toBe("MQL");
  expect(await toldStages()).toEqual([]);
}, 120_000);
