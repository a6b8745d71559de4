import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { decide } from "../../src/engine/decide.ts";
import type { Outcome } from "../../src/engine/decision.ts";
import { readCase } from "./read-case.ts";
import { shortStep } from "./short-trace.ts";

const cases = new URL("cases/", import.meta.url);
const files = readdirSync(cases, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));

test.each(files.sort())("golden %s", (file) => {
  const golden = readCase(readFileSync(new URL(file, cases), "utf8"));
  const { decision } = decide(golden.shared, golden.facts, golden.state);

  expect({
    outcome: decision.outcome,
    trace: decision.trace.map(shortStep),
    marks: decision.marks,
  }).toEqual({ outcome: golden.outcome satisfies Outcome, trace: golden.trace, marks: golden.marks ?? decision.marks });
});

test("there is a golden lead for each subject", () => {
  expect(files.length).toBeGreaterThan(40);
});
