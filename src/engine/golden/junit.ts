import type { GoldenResult } from "./run-goldens.ts";

/** The results as JUnit XML, as build servers read it. Files that could not be read count as errors. */
export function junitOf(results: readonly GoldenResult[], problems: readonly string[]): string {
  const failures = results.filter(({ differences }) => differences.length > 0).length;
  const counts = `tests="${results.length + problems.length}" failures="${failures}" errors="${problems.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="golden leads" ${counts}>`,
    `  <testsuite name="golden leads" ${counts}>`,
    ...results.flatMap(caseOf),
    ...problems.flatMap((problem) => [
      `    <testcase classname="golden" name="${escaped(problem.split(":", 1)[0] ?? "")}">`,
      `      <error message="${escaped(problem)}"/>`,
      "    </testcase>",
    ]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf({ golden: { name, why }, differences }: GoldenResult): string[] {
  const parts = name.split("/");
  const folder = ["golden", ...parts.slice(0, -1)].join(".");
  const opening = `    <testcase classname="${escaped(folder)}" name="${escaped(parts.at(-1) ?? name)}"`;
  if (differences.length === 0) return [`${opening}/>`];
  return [
    `${opening}>`,
    `      <failure message="${escaped(why)}">${escaped(differences.join("\n"))}</failure>`,
    "    </testcase>",
  ];
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What is no character of XML 1.0 may not stand there, not even escaped. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
