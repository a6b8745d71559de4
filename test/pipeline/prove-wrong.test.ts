import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { publish, rollBack } from "../../src/pipeline/publish-policy.ts";
import type { Db } from "../../src/store/db.ts";
import { goldenOf, publishPolicy } from "../../src/store/policies.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { openTestDatabase } from "../store/database.ts";
import { after as later, now } from "../store/records.ts";

let db: Db;
let shipped: string;
afterAll(() => db.close());

const proved = { id: "w4", name: "Initrode" };
const signed = { by: "Ada", approvedBy: "Bo" };
const draft = (change: string) => `${shipped}# ${change}\n`;
const golden = (name: string, outcome: string) => ({
  path: `${name}.yaml`,
  text: `why: ${name}\nworld: { reps: [{ id: anna, teams: [DACH Sales] }] }\ngiven: { fields: { country: Germany } }\noutcome: ${outcome}\n`,
});
const right = golden("german", "{ kind: assigned, repId: anna, stage: pick, poolId: dach }");
const wrong = golden("wrong", "{ kind: stopped, because: competitor }");
const overlapping = (text: string) => text.replace("countries: [US, CA]", "countries: [US, CA, GB]");
const put = (text: string, parts: Partial<Parameters<typeof publish>[1]> = {}) =>
  publish(db, { workspace: proved, text, at: later(90), ...signed, ...parts });

beforeAll(async () => {
  db = await openTestDatabase();
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await ensureWorkspace(db.query, { ...proved, at: later(3) });
  await db.transaction((tx) => publishPolicy(tx, { workspaceId: proved.id, text: shipped, at: now }));
});

test("a draft is not published with an error of the lint, which comes with the lead that shows it", async () => {
  await expect(put(overlapping(draft("overlap")))).rejects.toThrow(
    /"uk-nordics" and "north-america" both cover United Kingdom[\s\S]*for example, a lead with country GB[\s\S]*--despite/,
  );
});

test("nor with a golden lead that comes out otherwise, or cannot be read", async () => {
  await expect(put(draft("golden"), { golden: [right, wrong] })).rejects.toThrow(
    /golden lead wrong fails: wrong\n {4}outcome.kind: expected stopped, got assigned/,
  );
  const broken = { path: "broken.yaml", text: "why: x" };
  await expect(put(draft("golden"), { golden: [broken] })).rejects.toThrow(
    "golden lead broken.yaml:1:1: world: is missing",
  );
});

test("golden leads are kept with the version, and the next one has to pass them", async () => {
  expect(await put(draft("one"), { golden: [right] })).toBe(2);
  expect(await goldenOf(db.query, proved.id, 2)).toEqual([right]);
  const other = draft("two")
    .replace("name: dach, countries", "name: germany, countries")
    .replace("pool: dach }", "pool: general }");
  await expect(put(other)).rejects.toThrow(/golden lead german fails[\s\S]*outcome/);
  expect(await put(other, { golden: [] })).toBe(3);
  expect(await goldenOf(db.query, proved.id, 3)).toEqual([]);
});

test("in an emergency it is all the same, and the history tells why", async () => {
  await expect(put(overlapping(draft("emergency")), { despite: "  " })).rejects.toThrow("is not published");
  expect(await put(overlapping(draft("emergency")), { despite: "Fair in London today" })).toBe(4);
  const [latest] = await commands["policy-history"](db, { workspace: "w4" }, now);
  expect(latest).toContain("approved by Bo, despite what was wrong: Fair in London today");
});

test("a rollback brings the golden leads back as well", async () => {
  expect(await rollBack(db, { workspace: proved, to: 2, at: later(95), ...signed })).toEqual({
    version: 5,
    restores: 2,
  });
  expect(await goldenOf(db.query, proved.id, 5)).toEqual([right]);
});

test("golden leads for the policy in force are run, and kept with it when it passes them", async () => {
  const text = `${shipped}# one\n`;
  const give = (files: readonly { path: string; text: string }[], names: object = signed) =>
    commands["policy-publish"](db, { workspace: "w4", text, golden: files, despite: null, ...names }, later(96));
  const other = golden("french", "{ kind: assigned, repId: anna, stage: pick, poolId: dach }");

  await expect(give([other, wrong])).rejects.toThrow(
    /^Initrode routes by this very policy already, as its version 5, but the golden leads are not kept with it: it does not pass them\.\ngolden lead wrong fails: wrong\n/,
  );
  await expect(give([other], { by: "Ada", approvedBy: "Ada" })).rejects.toThrow("somebody else");
  expect(await goldenOf(db.query, proved.id, 5)).toEqual([right]);

  expect(await give([right, other])).toEqual([
    "Initrode routes by this very policy already, as its version 5; it passes the golden leads, which are kept with it from now on.",
  ]);
  expect(await goldenOf(db.query, proved.id, 5)).toEqual([right, other]);
  await expect(give([])).rejects.toThrow("routes by this very policy already, as its version 5.");
});
