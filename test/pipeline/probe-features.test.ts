import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { CrmClient } from "../../src/crm/crm.ts";
import type { Capabilities } from "../../src/model/connection.ts";
import { probeDaily } from "../../src/pipeline/probe-features.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, workspaceId } from "../store/records.ts";

let db: Db;
let clock: ManualClock;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock();
});
afterAll(() => db.close());

const off = { feature: "meetings", message: "Baton sees no meetings.", whatToDo: "Grant it." };
const able = { uniqueTaskKey: true, readsAvailability: true };
const linkTo = (capabilities: Capabilities, asked: string[] = []) => {
  const client: Partial<CrmClient> = {
    async ensureSchema() {
      asked.push("schema");
      return capabilities;
    },
  };
  return { connection: aConnection(), client: client as CrmClient };
};
const openMessages = async () => (await openAlerts(db.query, workspaceId, 10)).map(({ message }) => message);

test("what the account does not let Baton do is told once, until it does", async () => {
  const deps = { ...clock, db };
  const lookNextDay = async (capabilities: Capabilities) => {
    clock.advance(24 * 3_600_000);
    await probeDaily(deps, linkTo(capabilities));
  };
  await lookNextDay({ ...able, off: [off] });
  await lookNextDay({ ...able, off: [off] });
  expect(await openMessages()).toEqual([expect.stringMatching(/: Baton sees no meetings\.$/)]);

  await lookNextDay(able);
  expect(await openMessages()).toEqual([]);
});

test("it is looked at once a day", async () => {
  const deps = { ...clock, db };
  const asked: string[] = [];
  for (const waitMs of [0, 3_600_000, 24 * 3_600_000]) {
    clock.advance(waitMs);
    await probeDaily(deps, linkTo(able, asked));
  }
  expect(asked).toHaveLength(2);
});
