import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { names as hubspot } from "../../src/crm/hubspot/names.ts";
import { names as salesforce } from "../../src/crm/salesforce/names.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { policyInCrm } from "../../src/engine/policy-in-crm.ts";
import { readStartingPolicy, startingPolicyOf } from "../../src/pipeline/starting-policy.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-policy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file that is no valid policy is named, with its problems", async () => {
  const file = join(folder, "mine.yaml");
  await writeFile(file, "poolz: {}\n");

  await expect(readStartingPolicy(file)).rejects.toThrow(`The policy ${file} has `);
});

test("a file that is valid is read as it stands", async () => {
  const shipped = await readStartingPolicy(null);
  const file = join(folder, "copy.yaml");
  await writeFile(file, shipped);

  expect(await readStartingPolicy(file)).toBe(shipped);
});

test("a new workspace has the words of its CRM, unless the text is not in the words of the shipped policy or has some for it", async () => {
  const shipped = await readStartingPolicy(null);
  const policy = parsePolicy(await startingPolicyOf(salesforce, shipped));
  expect(policyInCrm(policy, "salesforce")).toMatchObject({
    ...{ qualifyingStage: "MQL", dispositions: ["Closed - Not Converted"], writes: { stage: null, status: null } },
  });
  expect(policyInCrm(policy, "hubspot")).toMatchObject({ qualifyingStage: "marketingqualifiedlead" });
  expect(await startingPolicyOf(hubspot, shipped)).toBe(shipped);
  const own = `${shipped}\nby_crm: { salesforce: { qualifying_stage: Qualified } }\n`;
  expect(await startingPolicyOf(salesforce, own)).toBe(own);
  const other = shipped.replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: Qualified");
  expect(await startingPolicyOf(salesforce, other)).toBe(other);
});
