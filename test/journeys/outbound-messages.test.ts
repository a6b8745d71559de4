import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ReportDeps } from "../../src/pipeline/report.ts";
import { reports } from "../../src/pipeline/reports.ts";
import { type OrgJourney, startOrgJourney } from "./org-world.ts";

let journey: OrgJourney;
beforeEach(async () => {
  // An org of an edition without change events: nothing is on the channel.
  journey = await startOrgJourney({ prepare: ({ org }) => void org.channels.splice(0) });
});
afterEach(() => journey.stop());

/** What `baton addresses` prints. */
async function addresses(): Promise<string[]> {
  const { deps } = journey.app;
  const asked: ReportDeps = { db: deps.db, reading: () => ({ ...deps, onProgress: () => undefined }) };
  const lines: string[] = [];
  for await (const said of reports.addresses(asked, {}, journey.now().toISOString()))
    if ("line" in said) lines.push(said.line);
  return lines;
}

test("in an org without change events an outbound message is enough: the lead is owned before the CRM is asked", async () => {
  const [line = ""] = await addresses();
  const [, name, url = ""] = /^(.*): (http.*)$/.exec(line) ?? [];
  expect(name).toBe(`Salesforce account ${journey.org.id}`);
  journey.org.outbox.rules.push({
    ...{ url, object: "Lead", fields: ["Status", "LastModifiedDate"] },
    when: { field: "Status", value: "MQL" },
  });
  const id = journey.aLead();
  const before = journey.now().getTime();
  journey.update("Lead", id, { Status: "MQL" });

  // Slowly: whoever takes four seconds to store a message sends it back.
  await journey.inTime("the lead is owned", () => journey.lead(id).OwnerId !== journey.queueId, 20);
  expect(journey.now().getTime() - before).toBeLessThan(60_000);
  await journey.inTime("there is a task", () => journey.tasksOf(id).length > 0);
  await journey.inTime("the message is acknowledged", () => journey.org.outbox.waiting() === 0);
  expect(journey.org.outbox.tries.at(-1)).toMatchObject({ status: 200, acknowledged: true });
});
