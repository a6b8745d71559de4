import { expect, test } from "@jest/globals";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { withCrmWords } from "../../src/engine/policy-sections-text.ts";
import { shippedPolicy } from "../golden/read-directory.ts";

const shipped = shippedPolicy("default.yaml");
const words = { qualifying_stage: "Hot", writes: { stage: null, status: null } };
const own = { qualifyingStage: "Hot", writes: { stage: null, status: null, clearBackwardStage: false } };

test("a CRM's words come after the text of the policy, which stays as it is", () => {
  const text = withCrmWords(shipped, "mill", words);
  expect(text.startsWith(shipped.trimEnd())).toBe(true);
  expect(parsePolicy(text)).toEqual({ ...parsePolicy(shipped), byCrm: { mill: own } });
});

test("they stand beside those of another CRM, and the comments stay", () => {
  const both = withCrmWords(`${shipped}\nby_crm: { desk: { qualifying_stage: warm } } # theirs\n`, "mill", words);
  expect(parsePolicy(both).byCrm).toEqual({ desk: { qualifyingStage: "warm" }, mill: own });
  const comments = (text: string) => text.match(/^ *#.*$/gm) ?? [];
  expect(comments(both)).toEqual(comments(shipped));
});
