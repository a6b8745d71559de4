import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { CrmClient } from "../../src/crm/crm.ts";
import type { Deps } from "../../src/deps.ts";
import { CrmError } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Lead } from "../../src/model/lead.ts";
import { refindLeads } from "../../src/pipeline/refind-leads.ts";
import type { Link, UpdateJob, Workspace } from "../../src/pipeline/workspace.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { aLead } from "../builders.ts";
import { createManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aBatch, aConnection, aDecidedLead, anOperation, now, takeLease, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

/** The CRM said that lead 7 is not there; what it says when it is asked again. */
async function refind(answer: () => Lead[]): Promise<{ state: string | undefined; inbox: unknown[] }> {
  await ensureWorkspace(db.query, { id: workspaceId, name: "Acme", at: now });
  await linkConnection(db.query, aConnection(), now);
  const lease = await takeLease(db.query);
  const decided = aDecidedLead("7");
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [decided])));
  const client: Partial<CrmClient> = { readLeads: async () => answer() };
  const link = { connection: aConnection(), client, unsent: new Map(), loadPlanned: () => undefined };
  const workspace: Partial<Workspace> = { lease, wake: () => undefined };
  const body = { kind: "update-lead", update: { owner: { ownerId: "rep-a", expectOwnerId: null } } } as const;
  const job = {
    operation: { ...anOperation("owner", { leadId: "7", decisionId: decided.decisionId }), body },
    context: { facts: decided.facts, decision: decided.decision },
  } as Partial<UpdateJob> as UpdateJob;
  const deps = { ...createManualClock(now), db, log: silentLog, metrics: createMetrics() } as Partial<Deps> as Deps;
  await refindLeads(deps, workspace as Workspace, link as unknown as Link, [job]);
  const [lead] = await db.query.selectFrom("leads").select("state").execute();
  const inbox = await db.query.selectFrom("inbox").select(["subjectId", "change"]).execute();
  return { state: lead?.state, inbox };
}

test("one that is gone counts as gone at once, so that a restore whose event comes first is known as one", async () => {
  expect(await refind(() => [])).toEqual({ state: "gone", inbox: [] });
});

test("one that is there all the same is left alone", async () => {
  expect(await refind(() => [aLead({ id: "7", ownerId: null, qualifiedAt: now })])).toEqual({
    ...{ state: "assigned", inbox: [] },
  });
});

test("while the CRM does not answer everything stays as it is", async () => {
  const away = () => {
    throw new CrmError("unavailable", "502");
  };

  expect(await refind(away)).toEqual({ state: "assigned", inbox: [] });
});
