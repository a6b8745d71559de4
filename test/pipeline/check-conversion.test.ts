import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { CrmClient } from "../../src/crm/crm.ts";
import { checkConversion } from "../../src/pipeline/check-conversion.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { aPolicy } from "../builders.ts";
import { createManualClock } from "../manual-clock.ts";
import { openTestDatabase } from "../store/database.ts";
import { aConnection, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

/** The open alerts after a look at a policy, in a CRM that can convert leads or not. */
async function alertsAfter(convert: boolean, client: Partial<CrmClient>): Promise<string[]> {
  const policy = aPolicy();
  const published = { version: 1, policy: { ...policy, matching: { ...policy.matching, convert } } };
  const workspace = { readPolicy: async () => published as never };
  const link = { client: client as CrmClient, connection: aConnection() };
  await checkConversion({ ...createManualClock(), db }, workspace, link);
  return (await openAlerts(db.query, workspaceId, 10)).map(({ kind }) => kind);
}

test("a policy that converts leads where the CRM has none beside contacts is told once, until one of the two changes", async () => {
  const convertLeads = async () => new Map();
  expect(await alertsAfter(false, {})).toEqual([]);
  expect(await alertsAfter(true, {})).toEqual(["feature-off"]);
  expect(await alertsAfter(true, {})).toEqual(["feature-off"]);
  expect(await alertsAfter(false, {})).toEqual([]);
  expect(await alertsAfter(true, { convertLeads })).toEqual([]);
});
