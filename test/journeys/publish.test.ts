import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { publish } from "../../src/pipeline/publish-policy.ts";
import { allWorkspaces } from "../../src/store/workspaces.ts";
import { type Journey, startJourney } from "./world.ts";

// A policy that is published while leads flow: the next ones are decided by it, and none is lost (I13).

let journey: Journey;
let shipped: string;
beforeAll(async () => {
  journey = await startJourney();
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
}, 60_000);
afterAll(() => journey.stop());

const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const german = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });

// The portal has no people for some of the pools, which keeps a policy from being published otherwise.
const despite = "a portal of few people";

async function put(text: string): Promise<number> {
  const { db } = journey.app.deps;
  const [workspace] = await allWorkspaces(db.query);
  if (workspace === undefined) throw new Error("There is no workspace.");
  const at = journey.app.deps.now().toISOString();
  return publish(db, { workspace, text, at, by: "Ada", approvedBy: "Bo", despite });
}

const versionOf = async (leadId: string) => {
  const { query } = journey.app.deps.db;
  const row = await query
    .selectFrom("decisions")
    .select("policyVersion")
    .where("leadId", "=", leadId)
    .executeTakeFirst();
  return row?.policyVersion;
};

test("leads after it go by the new version, each decision names one, and nobody waits", async () => {
  const before = journey.qualify(german("before"));
  await journey.settled();
  const version = await put(
    shipped.replace("countries: [DE, AT, CH, LI], pool: dach", "countries: [DE, AT, CH, LI], pool: general"),
  );
  await journey.pass(5_000, 1_000);
  const behind = journey.qualify(german("behind"));
  await journey.settled();

  expect([await versionOf(before), await versionOf(behind)]).toEqual([1, version]);
  expect(ownerOf(behind)).not.toBe("");
  const { query } = journey.app.deps.db;
  const pools = await query.selectFrom("decisions").select(["leadId", "poolId"]).execute();
  expect(new Map(pools.map(({ leadId, poolId }) => [leadId, poolId]))).toEqual(
    new Map([
      [before, "dach"],
      [behind, "general"],
    ]),
  );
}, 60_000);

test("leads are found by the stage that the new version names", async () => {
  await put(shipped.replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: salesqualifiedlead"));
  await journey.pass(60_000, 2_000);
  const lead = journey.create({ ...german("sql"), lifecyclestage: "salesqualifiedlead" });
  await journey.pass(20 * 60_000, 60_000);

  expect(ownerOf(lead)).not.toBe("");
}, 60_000);
