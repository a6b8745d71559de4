import { describe, expect, test } from "@jest/globals";
import { lint } from "./planted.ts";

const found = (matching: object): [kind: string, severity: string, message: string][] =>
  lint({ sections: { matching } }).map(({ kind, severity, message }) => [kind, severity, message]);

describe("probabilities of matching that make no sense are told with what happens and what to write", () => {
  test.each<[object, string, RegExp]>([
    [{ automatic: 0, review: 0 }, "error", /from 0 on: any that has anything in common.*write 0\.95 for/],
    [{ automatic: 0.49, review: 0.4 }, "error", /likelier wrong than right.*write 0\.95 for/],
    [{ automatic: 1 }, "warning", /hardly any lead finds its account by itself.*write 0\.95/],
    [{ review: 0 }, "warning", /about every lead that has anything in common.*write 0\.6/],
    [{ review: 0.19 }, "warning", /from `review` 0\.19 on: about accounts that are hardly likely/],
    [{ automatic: 0.8, review: 0.8 }, "note", /are both 0\.8: nobody is asked/],
    [
      { automatic: 0.9, convert: true },
      "warning",
      /from 0\.9 on and converts.*which nobody can undo.*write 0\.95 or more/,
    ],
    [{ domain_only: "always", convert: true }, "warning", /a contact of whoever has its domain.*domain_only: fallback/],
  ])("%j", (matching, severity, message) => {
    expect(found(matching)).toEqual([["matching-bounds", severity, expect.stringMatching(message)]]);
  });

  test.each([
    { automatic: 0.5, review: 0.2 },
    { automatic: 0.99 },
    { convert: true },
    { automatic: 1, domain_only: "always" },
  ])("%j is in order", (matching) => {
    expect(found(matching)).toEqual([]);
  });
});

test("a tie-breaker that is there twice is told once", () => {
  expect(found({ tie_breakers: ["customer", "recent-activity", "customer", "customer"] })).toEqual([
    ["idle-settings", "warning", expect.stringContaining("name customer more than once: only the first")],
  ]);
});
