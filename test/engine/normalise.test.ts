import { describe, expect, test } from "@jest/globals";
import { normaliseCountry } from "../../src/engine/normalise/country.ts";
import { emailDomain, websiteDomain } from "../../src/engine/normalise/domain.ts";
import { normaliseEmployees } from "../../src/engine/normalise/employees.ts";
import { normaliseLanguage } from "../../src/engine/normalise/language.ts";
import {
  coversCode,
  normalisePostalCode,
  parsePostalSpan,
  spansOverlap,
} from "../../src/engine/normalise/postal-code.ts";
import { normaliseScore } from "../../src/engine/normalise/score.ts";
import { normaliseState } from "../../src/engine/normalise/state.ts";

describe("country (reliability.md B189)", () => {
  test.each([
    ["USA", "US"],
    ["U.S.", "US"],
    ["us ", "US"],
    ["United States of America", "US"],
    ["the united states", "US"],
    ["Deutschland", "DE"],
    ["GERMANY", "DE"],
    ["DEU", "DE"],
    ["Österreich", "AT"],
    ["Osterreich", "AT"],
    ["UK", "GB"],
    ["Great Britain", "GB"],
    ["England", "GB"],
    ["日本", "JP"],
    ["Brasil", "BR"],
    ["Côte d'Ivoire", "CI"],
    ["NO", "NO"],
    ["Czech Republic", "CZ"],
    ["Holland", "NL"],
    ["Tanzania, United Republic of", "TZ"],
    ["Iran (Islamic Republic of)", "IR"],
    ["Venezuela, Bolivarian Republic of", "VE"],
    ["Bolivia, Plurinational State of", "BO"],
    ["Korea, Democratic People's Republic of", "KP"],
    ["Korea, South", "KR"],
    ["United Kingdom of Great Britain and Northern Ireland (the)", "GB"],
    ["Congo", "CG"],
    ["Congo, the Democratic Republic of the", "CD"],
    ["Bahamas, The", "BS"],
    ["Republic of Ireland", "IE"],
    ["Slovak Republic", "SK"],
    ["P.R. China", "CN"],
    ["Oesterreich", "AT"],
  ])("%s", (text, code) => {
    expect(normaliseCountry(text)).toEqual({ value: code, mark: null });
  });

  test.each([
    [null, "country-missing"],
    [undefined, "country-missing"],
    ["  ", "country-missing"],
    ["Atlantis", "country-not-understood"],
    ["XX", "country-not-understood"],
    ["🙂", "country-not-understood"],
    ["__proto__", "country-not-understood"],
  ])("%s is marked", (text, mark) => {
    expect(normaliseCountry(text)).toEqual({ value: null, mark });
  });
});

describe("state", () => {
  test.each([
    ["California", "US", "CA"],
    ["ca", "US", "CA"],
    ["US-NY", "US", "NY"],
    ["new york", "US", "NY"],
    ["Québec", "CA", "QC"],
    ["Bayern", "DE", "bayern"],
  ])("%s of %s", (text, country, value) => {
    expect(normaliseState(text, country)).toEqual({ value, mark: null });
  });

  test("an unknown one is marked, a missing one is not", () => {
    expect([normaliseState("Bayern", "US"), normaliseState(null, "US")]).toEqual([
      { value: null, mark: "state-not-understood" },
      { value: null, mark: null },
    ]);
  });
});

describe("employees (reliability.md B190, B203)", () => {
  test.each([
    ["250", 250, null],
    ["1000", 1000, null],
    ["1,000", 1000, null],
    ["1.000", 1000, null],
    ["1'000", 1000, null],
    ["250.0", 250, null],
    ["1,000+", 1001, null],
    ["1000 +", 1001, null],
    ["> 500", 501, null],
    ["51-200", 126, "employees-band"],
    ["1,001 – 5,000", 3001, "employees-band"],
    ["500 employees", 500, null],
    ["1000 or more", 1001, null],
    [">= 1,000", 1001, null],
    ["< 50", 26, "employees-band"],
    ["up to 200 employees", 101, "employees-band"],
    ["unter 10", 6, "employees-band"],
  ])("%s", (text, value, mark) => {
    expect(normaliseEmployees(text)).toEqual({ value, mark });
  });

  test.each([
    ["", "employees-missing"],
    [null, "employees-missing"],
    ["0", "employees-not-understood"],
    ["-3", "employees-not-understood"],
    ["many", "employees-not-understood"],
    ["1e9", "employees-not-understood"],
    ["NaN", "employees-not-understood"],
    ["999999999999999999999", "employees-not-understood"],
  ])("%s is unknown", (text, mark) => {
    expect(normaliseEmployees(text)).toEqual({ value: null, mark });
  });

  test("a field as long as a CRM takes, blanks in it, holds nobody up", () => {
    const began = performance.now();

    expect(normaliseEmployees(`a${" ".repeat(60_000)}b`)).toEqual({ value: null, mark: "employees-not-understood" });

    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("score (reliability.md B201)", () => {
  test.each([
    ["80", 80, null],
    [" 79.5 ", 79.5, null],
    ["-5", -5, null],
    ["NaN", null, "score-not-understood"],
    ["Infinity", null, "score-not-understood"],
    ["0x50", null, "score-not-understood"],
    ["A+", null, "score-not-understood"],
    ["", null, "score-missing"],
    [null, null, "score-missing"],
  ])("%s", (text, value, mark) => {
    expect(normaliseScore(text)).toEqual({ value, mark });
  });
});

describe("e-mail domain (reliability.md B183–B188)", () => {
  test.each([
    ["jana@muster.de", "muster.de"],
    ["jana@mail.muster.co.uk", "muster.co.uk"],
    ["Jana@MUSTER.DE", "muster.de"],
    ["jana@muster.de.", "muster.de"],
    ['"jana@home"@muster.de', "muster.de"],
    ["jana@müller.de", "xn--mller-kva.de"],
    ["jana@xn--mller-kva.de", "xn--mller-kva.de"],
    ["jana@acme.github.io", "acme.github.io"],
    ["\u200bjana@muster.de\u0000", "muster.de"],
  ])("%s", (text, domain) => {
    expect(emailDomain(text)).toEqual({ domain, mark: null });
  });

  test.each([
    [null, "email-missing"],
    ["  ", "email-missing"],
    ["jana", "email-invalid"],
    ["@muster.de", "email-invalid"],
    ["a@b@c.de", "email-invalid"],
    ["jana@localhost", "email-invalid"],
    ["jana@127.0.0.1", "email-invalid"],
    ["jana@muster", "email-invalid"],
    ["jana@.de", "email-invalid"],
    ["jana@mus ter.de", "email-invalid"],
  ])("%s is marked", (text, mark) => {
    expect(emailDomain(text)).toEqual({ domain: null, mark });
  });
});

describe("website domain", () => {
  test.each([
    ["https://www.muster.de/de/?q=a@b.com", "muster.de"],
    ["muster.de", "muster.de"],
    ["http://user:pass@muster.de:8080/", "muster.de"],
    ["HTTPS://MÜLLER.de", "xn--mller-kva.de"],
    ["//muster.de/path", "muster.de"],
  ])("%s", (text, domain) => {
    expect(websiteDomain(text)).toEqual({ domain, mark: null });
  });

  test.each([
    ["", null],
    [null, null],
    ["n/a", "website-invalid"],
    ["http://10.0.0.1/", "website-invalid"],
    ["javascript:alert(1)", "website-invalid"],
  ])("%s has none", (text, mark) => {
    expect(websiteDomain(text)).toEqual({ domain: null, mark });
  });
});

test.each([
  ["German", "de"],
  ["Deutsch", "de"],
  ["de-AT", "de"],
  ["DE_ch", "de"],
  [" français ", "fr"],
  ["Español", "es"],
  ["portugués", "pt"],
  ["日本語", "ja"],
  ["zh-Hans", "zh"],
])("the language %j is %s", (text, value) => {
  expect(normaliseLanguage(text)).toEqual({ value, mark: null });
});

test.each(["Klingon", "x", "xx", "?"])("%j is no language, and is marked", (text) => {
  expect(normaliseLanguage(text)).toEqual({ value: null, mark: "language-not-understood" });
});

test.each([
  ["80331", "80331"],
  ["D-80331", "80331"],
  ["a 1010", "1010"],
  ["ec1a 1bb", "EC1A1BB"],
  ["94103-1234", "941031234"],
])("the postal code %j is %s", (text, value) => {
  expect(normalisePostalCode(text, null)).toEqual({ value, mark: null });
});

test.each([
  ["1067", "DE", "01067"],
  ["D-1067", "DE", "01067"],
  ["2139", "US", "02139"],
  ["501", "US", "00501"],
  ["800", "AU", "0800"],
  ["610", "NZ", "0610"],
  ["83", "ZA", "0083"],
  ["18956", "SG", "018956"],
  ["5000", "MY", "05000"],
  ["10 01", "SK", "01001"],
  ["LT-1001", "LT", "01001"],
  ["6236", "KR", "06236"],
])("the postal code %j of %s has its zero again, and is marked", (text, country, value) => {
  expect(normalisePostalCode(text, country)).toEqual({ value, mark: "postal-code-without-zero" });
});

test.each([
  ["80331", "DE"],
  ["94103-1234", "US"],
  ["1067", "AT"],
  ["1067", null],
  ["12", "DE"],
  ["EC1A", "GB"],
  ["A107", "DE"],
  ["1067", "constructor"],
])("the postal code %j of %s stays as it is", (text, country) => {
  expect(normalisePostalCode(text, country)).toEqual({ value: text.replace("-", ""), mark: null });
});

test.each(["☃", "no code at all", "1"])("%j is no postal code, and is marked", (text) => {
  expect(normalisePostalCode(text, "DE")).toEqual({ value: null, mark: "postal-code-not-understood" });
});

test.each([
  ["80", "80331", true],
  ["80", "81", false],
  ["80000-81999", "81999", true],
  ["80000-81999", "82000", false],
  ["EC1", "EC1A1BB", true],
  ["941", "941031234", true],
  ["80331", "803", false],
])("%s covers %s: %s", (span, code, covers) => {
  expect(coversCode(parsePostalSpan(span) ?? { from: "", to: "" }, code)).toBe(covers);
});

test.each(["81999-80000", "80-8199", "8*", "", "1-2-3"])("%j is no span of postal codes", (span) => {
  expect(parsePostalSpan(span)).toBeNull();
});

test.each([
  ["80", "80331", true],
  ["80-82", "81000-81999", true],
  ["80-82", "83", false],
  ["8", "79999", false],
])("%s and %s overlap: %s", (a, b, overlap) => {
  const [one, other] = [a, b].map((span) => parsePostalSpan(span) ?? { from: "", to: "" });
  if (one === undefined || other === undefined) throw new Error("no spans");
  expect([spansOverlap(one, other), spansOverlap(other, one)]).toEqual([overlap, overlap]);
});

test("no language is no mark: few forms ask for it", () => {
  expect(normaliseLanguage(" ")).toEqual({ value: null, mark: null });
});
