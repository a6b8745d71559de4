import { expect, test } from "@jest/globals";
import { parseCsv } from "../../src/cli/demo/csv.ts";
import { csvLine } from "../../src/csv.ts";
import { reasonLine } from "../../src/engine/claim.ts";
import type { Decision, Step } from "../../src/engine/decision.ts";
import { replayCells, replayColumns } from "../../src/pipeline/replay-report.ts";
import { shadowCells, shadowColumns } from "../../src/pipeline/shadow-report.ts";
import { csvRows } from "./rows/csv.ts";

// What a stranger typed into a form reaches a spreadsheet as text, never as a formula.

const decisionFor = (repId: string, trace: readonly Step[] = []): Decision => ({
  leadId: "1",
  outcome: { kind: "assigned", repId, stage: "pick" },
  tier: "T1",
  trace,
  marks: [],
});

/** Names are cleaned of what cannot be seen before they are told. */
const replayOf = (text: string): string => {
  const [was, now] = [decisionFor("a"), decisionFor("b")];
  const difference = { leadId: "1", was, now, step: { was: null, now: null } };
  const found = { kind: "difference" as const, decisionId: "d", decidedAt: "2026-11-20T09:00:00.000Z", difference };
  const names = { reps: { a: { name: text, active: true }, b: { name: "Bo", active: true } } };
  return csvLine([...replayColumns]) + csvLine(replayCells(found, { names, timeZone: "UTC" }));
};

const shadowOf = (text: string): string => {
  const names = { reps: { a: { name: text, active: true }, b: { name: "Bo", active: true } } };
  const compared = {
    leadId: "1",
    decisionId: "d",
    decidedAt: "2026-11-20T09:00:00.000Z",
    verdict: "differed" as const,
    repId: "a",
    ownerId: "b",
    whyOurs: reasonLine(decisionFor("a"), names),
    whyNotTheirs: "",
  };
  return csvLine([...shadowColumns]) + csvLine(shadowCells(compared, { names, timeZone: "UTC" }));
};

/** Every export, with a text of a lead or rep in it: one row of cells under a header. */
const exports: Readonly<Record<string, (text: string) => string>> = {
  "a replay": replayOf,
  "a shadow report": shadowOf,
  "a line": (text) => csvLine(["cell"]) + csvLine([text]),
};

const cases = Object.entries(exports).flatMap(([name, write]) =>
  csvRows.map(([title, cell]) => [`${title}, in ${name}`, write, cell] as const),
);

test.each(cases)("%s", (_title, write, cell) => {
  const [row] = parseCsv(write(cell), { file: "export.csv", columns: [] });
  const cells = Object.values(row?.cells ?? {});

  expect(cells.some((each) => each.startsWith("'") && each.endsWith(cell.trim()))).toBe(true);
  expect(cells.filter((each) => /^[\s"]*[=+\-@＝]/.test(each) && Number.isNaN(Number(each)))).toEqual([]);
});

test.each([
  "plain",
  "Müller & Söhne",
  "a = b",
  "3-4",
  "",
  "O'Neill",
])("a harmless cell is left as it is: %j", (cell) => {
  expect(csvLine([cell])).toBe(`"${cell}"\r\n`);
});

test("a negative number is a number, and a text that looks like one is not", () => {
  expect(csvLine([-0.5, "-0.5", null, 'say "hi"'])).toBe(`"-0.5","'-0.5","","say ""hi"""\r\n`);
});
