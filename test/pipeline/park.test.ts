import { expect, test } from "@jest/globals";
import { ThrottleClosed } from "../../src/crm/throttle.ts";
import { CrmError, type CrmErrorKind } from "../../src/errors.ts";
import { mayHeal } from "../../src/pipeline/park.ts";

test.each<[CrmErrorKind, boolean]>([
  ["unavailable", true],
  ["rate-limited", true],
  ["quota", true],
  ["migrating", true],
  ["unknown-outcome", true],
  ["unauthorized-final", true],
  ["rejected", false],
  ["missing-scope", false],
  ["not-found", false],
])("a CRM's %s may heal: %s", (kind, heals) => {
  expect(mayHeal(new CrmError(kind, "x"))).toBe(heals);
});

const coded = (code: string) => Object.assign(new Error("x"), { code });

test.each([
  ["a closed throttle heals", true, new ThrottleClosed()],
  ["a database that shuts down heals", true, coded("57P01")],
  ["a database out of connections heals", true, coded("53300")],
  ["a refused socket heals", true, coded("ECONNREFUSED")],
  ["a lost connection heals", true, new Error("Connection terminated unexpectedly")],
  ["a value that no column takes stays refused", false, coded("22P05")],
  ["a broken constraint stays broken", false, coded("23505")],
  ["a bug stays a bug", false, new TypeError("x is not a function")],
])("%s", (_what, heals, error) => {
  expect(mayHeal(error)).toBe(heals);
});
