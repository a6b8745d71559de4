import { expect, test } from "@jest/globals";
import { toRecord } from "../../src/engine/to-record.ts";

test("every name is a key, also those that every object has", () => {
  const entries = ["b", "7001", "constructor", "__proto__", "toString", "a"].map((key, at) => [key, at] as const);
  const record = toRecord(entries);
  expect(Object.entries(record).sort()).toEqual(Object.entries(Object.fromEntries(entries)).sort());
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
});
