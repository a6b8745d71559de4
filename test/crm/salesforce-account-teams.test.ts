import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
  world.org.setFeature("account-teams", true);
});
afterEach(() => world.stop());

const create = (object: string, row: Row) =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, object).object, row),
  );
const anAccount = (Name: string) => create("Account", { Name });
const joins = (AccountId: string, UserId: string, TeamMemberRole: string) =>
  create("AccountTeamMember", { AccountId, UserId, TeamMemberRole });
const fields = ["AccountTeamMember_Account_Manager", "AccountTeamMember_Sales_Rep"];
const queries = () => world.sandbox.requests.list().filter(({ path }) => path.includes("/query")).length;

test("§4.2 a role of an account's team is a field of it, read alone and listed", async () => {
  const [one, other] = [anAccount("One"), anAccount("Two")];
  joins(one, world.reps[1], "Account Manager");
  joins(other, world.reps[0], "Executive Sponsor");

  const crm = { AccountTeamMember_Account_Manager: world.reps[1], AccountTeamMember_Sales_Rep: null };
  expect(await world.client.readAccounts([one], fields, sync)).toMatchObject([{ id: one, crm }]);
  const { items } = await world.client.listAccounts(null, fields, sync);
  expect(items.map(({ crm: own }) => own)).toEqual([crm, { ...crm, AccountTeamMember_Account_Manager: null }]);
});

test("no team is asked for unless the policy names a role", async () => {
  const id = anAccount("One");
  await world.client.readAccounts([id], [], sync);
  const before = queries();

  await world.client.readAccounts([id], ["Site"], sync);

  expect(queries() - before).toBe(1);
});

test("an account changes with its team", async () => {
  const id = anAccount("One");
  world.sandbox.clock.advance(3_600_000);
  const since = world.now();
  joins(id, world.reps[1], "Sales Rep");

  const { items } = await world.client.findChangedAccounts({ since, after: null }, sync);

  expect(items).toEqual([{ id }]);
});

test("§4.2 an org without account teams has nobody in any role", async () => {
  world.org.setFeature("account-teams", false);
  const id = putRow(world.org, "Account", { Name: "One", SystemModstamp: world.now().getTime() });

  expect(await world.client.readAccounts([id], fields, sync)).toMatchObject([
    { crm: { AccountTeamMember_Account_Manager: null, AccountTeamMember_Sales_Rep: null } },
  ]);
  await expect(world.client.findChangedAccounts({ since: world.now(), after: null }, sync)).resolves.toBeDefined();
});
