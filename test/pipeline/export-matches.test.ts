import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { reports } from "../../src/pipeline/reports.ts";
import { saveHints } from "../../src/store/account-hints.ts";
import { upsertAccounts } from "../../src/store/accounts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { publishPolicy } from "../../src/store/policies.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { anAccount, shippedText } from "../builders.ts";
import { openTestDatabase } from "../store/database.ts";
import { aConnection, now, workspaceId } from "../store/records.ts";

// Two portals of one workspace, each with an account 7.

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
  await ensureWorkspace(db.query, { id: workspaceId, name: "Acme", at: now });
  await db.transaction((tx) => publishPolicy(tx, { workspaceId, text: shippedText, at: now }));
  for (const [connectionId, name] of [
    ["c1", "Kestrel"],
    ["c2", "Harrow"],
  ] as const) {
    await linkConnection(db.query, aConnection({ id: connectionId, externalId: `portal-${connectionId}` }), now);
    const accounts = [anAccount({ id: "7", name })];
    const reading = { workspaceId, connectionId, readAt: now, at: now };
    await db.transaction((tx) => upsertAccounts(tx, { ...reading, accounts }));
    const hints = [{ kind: "name" as const, value: `${name} as Rita knows it`, accountId: "7" }];
    await saveHints(db.query, { workspaceId, connectionId, hints, leadId: "1", by: "Rita", at: now });
  }
}, 60_000);
afterAll(() => db.close());

async function written(name: "match-accounts" | "match-leads", connection: string | null): Promise<string[]> {
  const lines: string[] = [];
  const reading = () => {
    throw new Error("nothing is read from a CRM");
  };
  for await (const said of reports[name]({ db, reading }, { workspace: null, connection }, now))
    if ("csv" in said) lines.push(said.csv.trim());
  return lines;
}

test("a table holds the accounts of one CRM account, without what answers taught", async () => {
  const [, ...rows] = await written("match-accounts", "portal-c2");
  expect(rows).toEqual(['"7","Harrow","muster-maschinen.de","","","","","","","",""']);
});

test.each([
  "match-accounts",
  "match-leads",
] as const)("%s of which CRM account is asked where there are several", async (name) => {
  await expect(written(name, null)).rejects.toThrow(
    "There are several connections, say which with --connection: HubSpot account portal-c1 (c1), HubSpot account portal-c2 (c2).",
  );
});
