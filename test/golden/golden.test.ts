import { describe, expect, test } from "@jest/globals";
import { coverageOf } from "../../src/engine/coverage/coverage.ts";
import { readGoldens } from "../../src/engine/golden/read-goldens.ts";
import { runGoldens } from "../../src/engine/golden/run-goldens.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { goldenFiles, shippedPolicies, shippedPolicy } from "./read-directory.ts";

describe.each(shippedPolicies)("the golden leads of $policy", ({ policy, folder }) => {
  const { goldens, problems } = readGoldens(goldenFiles(folder), shippedPolicy(policy));

  test("can all be read", () => {
    expect(problems).toEqual([]);
  });

  test("go every branch of it", () => {
    const { uncovered } = coverageOf(parsePolicy(shippedPolicy(policy)), runGoldens(goldens));
    expect(uncovered.map(({ words }) => words)).toEqual([]);
  });

  test.each(goldens.map((golden) => [golden.name, golden] as const))("golden %s", (_, golden) => {
    expect(runGoldens([golden]).flatMap(({ differences }) => differences)).toEqual([]);
  });
});
