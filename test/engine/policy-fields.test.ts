import { expect, test } from "@jest/globals";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { decidingFields, policyFields } from "../../src/engine/policy-fields.ts";
import { aPolicy, shippedText } from "../builders.ts";

test("what texts alone tell decides nothing; what a territory may go by does", () => {
  const policy = aPolicy();
  const [read, decides] = [policyFields(policy).lead, decidingFields(policy).lead];

  expect(read).toContain("pageViews");
  expect(decides).not.toContain("pageViews");
  expect(decides).toEqual(expect.arrayContaining(["email", "country", "state", "postalCode", "employees", "score"]));
});

test("what a rule names decides, the CRM's own fields among it", () => {
  const policy = parsePolicy(shippedText.replace("lead.engagedAt", "lead.crm.last_seen"));

  expect(decidingFields(policy).crm).toContain("last_seen");
  expect(decidingFields(parsePolicy(shippedText)).lead).toContain("engagedAt");
});
