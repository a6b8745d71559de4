import { describe, expect, test } from "@jest/globals";
import { parseCsv } from "../../../src/cli/demo/csv.ts";

const read = (text: string) => parseCsv(text, { file: "leads.csv", columns: ["id", "company"] });

describe("a table of comma-separated values", () => {
  test("gives each record by column name, with the line it begins in", () => {
    expect(read("id,company\n1,Acme\n2,Beta\n")).toEqual([
      { line: 2, cells: { id: "1", company: "Acme" } },
      { line: 3, cells: { id: "2", company: "Beta" } },
    ]);
  });

  test.each([
    ["a comma in quotes", '"Smith, Sons"', "Smith, Sons"],
    ["a doubled quote", '"The ""Best"""', 'The "Best"'],
    ["a line break in quotes", '"two\nlines"', "two\nlines"],
    ["an empty cell", "", ""],
    ["blanks, which belong to the cell", " a ", " a "],
  ])("understands %s", (_what, written, meant) => {
    expect(read(`id,company\n1,${written}\n`)[0]?.cells.company).toBe(meant);
  });

  test("reads CRLF, a byte order mark and a last line without an end", () => {
    expect(read("\uFEFFid,company\r\n1,Acme\r\n2,").map(({ cells }) => cells)).toEqual([
      { id: "1", company: "Acme" },
      { id: "2", company: "" },
    ]);
  });

  test("counts the lines of a cell with line breaks", () => {
    expect(read('id,company\n1,"a\nb"\n2,Beta\n').at(-1)?.line).toBe(4);
  });

  test.each([
    ["a quote that is never closed", 'id,company\n1,"Acme\n', "leads.csv:2: cell 2 has a quote"],
    ["a quote within a plain cell", 'id,company\n1,Acme\n2,Be"ta\n', "leads.csv:3: cell 2 has a quote"],
    ["text after a closing quote", 'id,company\n"1"x,Acme\n', "leads.csv:2: cell 1 has a quote"],
    ["too few cells", "id,company\n1\n", "leads.csv:2: has 1 cells, but the header names 2"],
    ["a missing column", "id,firm\n1,Acme\n", "leads.csv:1: the header lacks company"],
    [
      "a column that is there twice",
      "id,company,company\n1,A,B\n",
      "leads.csv:1: company is the name of columns 2 and 3",
    ],
    ["semicolons", "id;company\n1;Acme\n", "leads.csv:1: the columns are separated by semicolons: save"],
    ["an empty file", "", "leads.csv:1: the header lacks id, company"],
  ])("refuses %s with file and line", (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
