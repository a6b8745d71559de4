import { describe, expect, test } from "@jest/globals";
import { normaliseCompany } from "../../src/engine/normalise/company.ts";

describe("a company's name loses its legal form and keeps what names it", () => {
  test.each([
    ["ACME S.p.A.", "acme"],
    ["Acme, Inc.", "acme"],
    ["Acme S. A.", "acme"],
    ["Acme A/S", "acme"],
    ["Acme Sp. z o.o.", "acme"],
    ["Acme Pty Ltd", "acme"],
    ["Acme (UK) Ltd", "acme uk"],
    ["Acme Holding GmbH", "acme holding"],
    ["Müller & Söhne GmbH & Co. KG", "muller and sohne"],
    ["Müller und Söhne", "muller and sohne"],
    ["Smith & Co.", "smith"],
    ["Ford Motor Company", "ford motor"],
    ["Ångström AB (publ)", "angstrom"],
    ["Weiß GmbH", "weiss"],
    ["AT&T Inc.", "at and t"],
    ["PT Telkom Tbk", "telkom"],
    ["ООО Ромашка", "ромашка"],
    ["トヨタ自動車株式会社", "トヨタ自動車"],
    ["㈱日立", "日立"],
    ["(주)카카오", "카카오"],
    ["삼성전자 주식회사", "삼성전자"],
    ["華為技術有限公司", "華為技術"],
    ["\u200bAcme\u0000  GmbH ", "acme"],
  ])("%s", (text, value) => {
    expect(normaliseCompany(text)).toEqual({ value, mark: null });
  });

  test.each([
    ["AB", "ab"],
    ["Co", "co"],
    ["S. A.", "s a"],
    ["株式会社", "株式会社"],
  ])("of %s, which is nothing but one, all stays", (text, value) => {
    expect(normaliseCompany(text)).toEqual({ value, mark: null });
  });
});

test.each([
  "n/a",
  "N.A.",
  "Self-Employed",
  "Freiberufler",
  "Autónomo",
  "個人",
  "Company",
  "---",
  "🙂",
])("%j names no company, and is marked", (text) => {
  expect(normaliseCompany(text)).toEqual({ value: null, mark: "company-not-understood" });
});

test.each([null, undefined, "", "  "])("%j is missing", (text) => {
  expect(normaliseCompany(text)).toEqual({ value: null, mark: "company-missing" });
});
