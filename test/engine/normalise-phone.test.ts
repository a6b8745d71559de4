import { expect, test } from "@jest/globals";
import { normalisePhone } from "../../src/engine/normalise/phone.ts";

test.each([
  ["089 123456", "DE", "+4989123456"],
  ["089/123456", "DE", "+4989123456"],
  ["+49 (0)89 123456", null, "+4989123456"],
  ["0049 89 123456", null, "+4989123456"],
  ["0049 89 123456", "US", "+4989123456"],
  ["011 49 89 123456", "US", "+4989123456"],
  ["(415) 555-2671", "US", "+14155552671"],
  ["+1 (415) 555–2671", "DE", "+14155552671"],
  ["415-555-2671 ext. 12", "US", "+14155552671"],
  ["tel:+41446681800", null, "+41446681800"],
  ["٠٨٩ ١٢٣٤٥٦", "DE", "+4989123456"],
  ["\u202a+44 20 7946 0958\u202c", null, "+442079460958"],
])("the phone number %j of %s is %s", (text, country, value) => {
  expect(normalisePhone(text, country)).toEqual({ value, mark: null });
});

test.each([
  ["089 123456", null],
  ["089 123456", "__proto__"],
  ["000000000", "DE"],
  ["999999999", "PL"],
  ["1234567890", "US"],
  ["123", "DE"],
  ["n/a", "DE"],
  ["9".repeat(80), "DE"],
])("%j of %s is nobody's number, and is marked", (text, country) => {
  expect(normalisePhone(text, country)).toEqual({ value: null, mark: "phone-not-understood" });
});

test.each([null, undefined, " "])("no phone number (%j) is no mark", (text) => {
  expect(normalisePhone(text, "DE")).toEqual({ value: null, mark: null });
});
