import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { normalisePhone } from "../../src/engine/normalise/phone.ts";
import { plainNumber } from "../../src/engine/normalise/phone-plans.ts";

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

test("numbers that are read quickly are those that libphonenumber reads, and as it reads them", () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 4, maxLength: 13 });
  const callingCode = fc.constantFrom(...getCountries().map((country) => getCountryCallingCode(country)), "800", "999");
  const sign = fc.constantFrom("", "", "", " ", "-", ") ", ".");
  let all = 0;
  let quick = 0;
  fc.assert(
    fc.property(callingCode, digits, sign, fc.nat(6), (code, national, between, at) => {
      const text = `+${code} ${national.slice(0, at)}${between}${national.slice(at)}`;
      const number = parsePhoneNumberFromString(text);
      all += 1;
      const plain = plainNumber(text);
      if (plain === undefined) return;
      quick += 1;
      const isReal = number?.isValid() === true && !/^(\d)\1*$/.test(number.nationalNumber);
      expect([text, isReal ? number.number : null]).toEqual([text, plain]);
    }),
    { numRuns: 20_000, seed: 20261130 },
  );
  expect(quick).toBeGreaterThan(all * 0.5);
});
