import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { policyTest } from "../../src/cli/policy-test.ts";
import { policyLint } from "../../src/cli/prove-policy.ts";
import { shippedText } from "../builders.ts";
import { seen } from "./seen.ts";

const policy = join(import.meta.dirname, "../../src/policies/default.yaml");
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "prove-"));
  await cp(join(import.meta.dirname, "../golden/worlds"), join(directory, "worlds"), { recursive: true });
  const lead = {
    why: "Nobody is behind",
    world: "dach-pool",
    given: { credits: { dach: { "rep-a": 0.4, "rep-b": -0.2, "rep-c": -0.2 } } },
  };
  const outcome = { kind: "assigned", stage: "pick", poolId: "dach" };
  await writeFile(
    join(directory, "a-right.json"),
    JSON.stringify({ ...lead, outcome: { ...outcome, repId: "rep-a" } }),
  );
  await writeFile(
    join(directory, "b-wrong.json"),
    JSON.stringify({ ...lead, outcome: { ...outcome, repId: "rep-b" } }),
  );
});
afterAll(() => rm(directory, { recursive: true }));

test("policy test tells what failed, and why it should not have, after all the branches that are not covered", async () => {
  const junit = join(directory, "junit.xml");
  const { out, err, isOk } = await seen((cli) => policyTest(cli, directory, { policy, junit }));
  expect([out[0], err, isOk]).toEqual(["pass  a-right", [], false]);
  expect(out.slice(-4)).toEqual([
    "FAIL  b-wrong",
    "      Nobody is behind",
    "      outcome.repId: expected rep-b, got rep-a",
    "1 passed, 1 failed.",
  ]);
  expect(out.findIndex((line) => line.includes("not covered:"))).toBeGreaterThan(0);
  expect(await readFile(junit, "utf8")).toMatch(/<testsuite [^>]*tests="2" failures="1"/);
});

test("policy test lists ten branches that are not covered and says how many more, or all of them", async () => {
  const uncovered = (lines: readonly string[]) => lines.filter((line) => line.includes("not covered: ")).length;
  const few = await seen((cli) => policyTest(cli, directory, { policy, junit: null }));
  const many = await seen((cli) => policyTest(cli, directory, { policy, junit: null, all: true }));
  expect(uncovered(few.out)).toBe(10);
  expect(uncovered(many.out)).toBeGreaterThan(50);
  expect(few.out).toContain(`  and ${uncovered(many.out) - 10} more: --all lists them.`);
});

test("policy test without a policy, where none lies, says how to name it", async () => {
  await expect(seen((cli) => policyTest(cli, directory, { policy: null, junit: null }))).rejects.toThrow(
    "There is no policy.yaml here: name the policy that decides them with --policy <file>.",
  );
});

test("policy test tells of a folder that is not there for its results", async () => {
  const junit = join(directory, "none", "junit.xml");
  await expect(seen((cli) => policyTest(cli, directory, { policy, junit }))).rejects.toThrow("There is no folder ");
});

test("policy test of a file that is no golden lead names it, and runs the others", async () => {
  const other = join(directory, "others");
  await mkdir(other);
  await cp(join(directory, "worlds"), join(other, "worlds"), { recursive: true });
  await cp(join(directory, "a-right.json"), join(other, "a-right.json"));
  await writeFile(join(other, "broken.json"), '{ "why": "No outcome" }');
  const { out, err, isOk } = await seen((cli) => policyTest(cli, other, { policy, junit: null }));
  expect(out.at(-1)).toBe("1 passed, 0 failed, 1 not read.");
  expect(err).toContainEqual(expect.stringMatching(/broken\.json:1:1: outcome: is missing$/));
  expect(isOk).toBe(false);
});

const lint = { roster: null, leads: null, workspace: null, quietHours: null };

test("policy lint of a policy with an error shows it by a lead and does not succeed; of the shipped one it does", async () => {
  expect(await seen((cli) => policyLint(cli, policy, lint))).toMatchObject({ err: [], isOk: true });
  const file = join(directory, "overlap.yaml");
  const twice = "territories:\n  - { name: south, countries: [DE], pool: general }\n";
  await writeFile(file, shippedText.replace("territories:\n", twice));
  const { out, isOk } = await seen((cli) => policyLint(cli, file, lint));
  expect(isOk).toBe(false);
  expect(out.join("\n")).toMatch(/^error: the territories "south" and "dach" both cover Germany/);
});

/** Of the shipped policy with the leads of a file. */
async function lintWith(name: string, text: string) {
  const leads = join(directory, name);
  await writeFile(leads, text);
  return { leads, ...(await seen((cli) => policyLint(cli, policy, { ...lint, leads }))) };
}

test("policy lint names the headings of the leads that are no field of any, and what was probably meant", async () => {
  const text = "E-Mail,lead.score,crm.baton_region,Life\u001b\u202ecycle\njana@muster.de,50,north,lead\n";
  const { leads, err, isOk } = await lintWith("headings.csv", text);
  expect(err).toEqual([
    `${leads}: "E-Mail" is no field of a lead, so that it is not looked at — did you mean "email"?`,
    `${leads}: "Life cycle" is no field of a lead, so that it is not looked at; begin the CRM's own with crm.`,
  ]);
  expect(isOk).toBe(true);
});

test.each([
  ["none.csv", "email,score\n"],
  ["none.json", "[]"],
])("policy lint of leads that are none (%s) says that it has not looked at what is filled in", async (name, text) => {
  const { out, isOk } = await lintWith(name, text);
  expect(out).toEqual([
    "Nothing found. Not looked at: reps, for want of a roster; what is filled in: the leads given are none.",
  ]);
  expect(isOk).toBe(true);
});
