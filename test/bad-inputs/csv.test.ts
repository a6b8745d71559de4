import { expect, test } from "@jest/globals";
import { parseCsv } from "../../src/cli/demo/csv.ts";
import { csvLine } from "../../src/csv.ts";
import { csvRows } from "./rows/csv.ts";

// What a stranger typed into a form reaches a spreadsheet as text, never as a formula.

/** Every export, with a text of a lead or rep in it: one row of cells under a header. */
const exports: Readonly<Record<string, (text: string) => string>> = {
  "a line": (text) => csvLine(["cell"]) + csvLine([text]),
};

const cases = Object.entries(exports).flatMap(([name, write]) =>
  csvRows.map(([title, cell]) => [`${title}, in ${name}`, write, cell] as const),
);

test.each(cases)("%s", (_title, write, cell) => {
  const [row] = parseCsv(write(cell), { file: "export.csv", columns: [] });
  const cells = Object.values(row?.cells ?? {});

  expect(cells).toContainEqual(expect.stringContaining(`'${cell}`));
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
