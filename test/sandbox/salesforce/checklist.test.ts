import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

/** The points of salesforce.md §8 that the servers here answer for, and its two paragraphs without a number. */
const points = [
  ...Array.from({ length: 21 }, (_, index) => `§8.${index + 1}`),
  ...["§8.23", "§8 SOQL subset", "§8 Actions"],
];

/** Every point that the name of a test in this folder begins with or adds. */
function namedPoints(): Set<string> {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts") && file !== "checklist.test.ts");
  const names = files.flatMap((file) => [
    ...readFileSync(new URL(file, folder), "utf8").matchAll(/\b(?:test|each)\b[^"]*"([^"]*§8[^"]*)"|"(§8[^"]*)"/g),
  ]);
  return new Set(names.flatMap(([name]) => name.match(/§8(?:\.\d+| SOQL subset| Actions)/g) ?? []));
}

test("every point of salesforce.md §8 is named by a test", () => {
  const named = namedPoints();

  expect(points.filter((point) => !named.has(point))).toEqual([]);
});

test("no test names a point that salesforce.md §8 does not have", () => {
  // 22 is CometD, which nothing here serves.
  expect([...namedPoints()].filter((point) => !points.includes(point))).toEqual([]);
});
