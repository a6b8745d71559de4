import { expect, test } from "@jest/globals";
import { run, describe as tell } from "../../scripts/bench/engine.ts";
import { createLeads, createRules } from "../../scripts/bench/engine-world.ts";

test("a tiny run of engine: every package gives the same answers, and the traces blame what failed", async () => {
  const result = await run({ seed: 1, leads: 100, rounds: 1 });

  expect(Object.keys(result.sides)).toEqual([
    "Baton",
    "Baton, trace on",
    "plain interpreter",
    "@marcbachmann/cel-js",
    "json-logic-js",
    "@gorules/zen-engine",
    "json-rules-engine",
  ]);
  expect(tell(result)).toContain("(ratioToBest)");
}, 120_000);

test("rules that hide each other are refused, not measured", () => {
  const shape = { count: 3, words: 5, fewestWords: 0, share: 1, refuses: 0 };
  expect(() => createLeads(createRules(shape, 1), 15, 1)).toThrow("these rules bunch");
});

test("first matches are spread over all rules, and a fifth of the leads match none", () => {
  const rules = createRules({ count: 40, words: 3, fewestWords: 0, share: 0.25, refuses: 0.25 }, 1);
  const leads = createLeads(rules, 200, 1);
  const counts = Map.groupBy(leads, ({ first }) => first);

  expect(counts.get(-1)).toHaveLength(40);
  expect(rules.map((_, at) => counts.get(at)?.length)).toEqual(rules.map(() => 4));
});
