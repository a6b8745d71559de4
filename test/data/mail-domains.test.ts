import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { refreshData } from "../../scripts/refresh-data.ts";
import disposable from "../../src/data/disposable-domains.json" with { type: "json" };
import added from "../../src/data/free-mail-added.json" with { type: "json" };
import freeMail from "../../src/data/free-mail-domains.json" with { type: "json" };
import keptOut from "../../src/data/free-mail-kept-out.json" with { type: "json" };
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import platforms from "../../src/data/platform-domains.json" with { type: "json" };

const { isFreeMail, isDisposable, isPlatform } = loadMailDomains();

test.each([
  "gmail.com",
  "outlook.de",
  "gmx.net",
  "yahoo.co.jp",
  "qq.com",
  "t-online.de",
  "comcast.net",
])("%s is free mail", (domain) => {
  expect(isFreeMail(domain)).toBe(true);
});

// matching.md §3 names the first four.
test.each([
  "alibaba.com",
  "nus.edu.sg",
  "unican.es",
  "telstra.com.au",
  "hubspot.com",
  "siemens.com",
  "",
])("%s is not free mail", (domain) => {
  expect(isFreeMail(domain)).toBe(false);
});

test.each([
  ["mailinator.com", true],
  ["guerrillamail.com", true],
  ["gmail.com", false],
  ["siemens.com", false],
])("%s is disposable: %s", (domain, answer) => {
  expect(isDisposable(domain)).toBe(answer);
});

test.each([
  ["linkedin.com", true],
  ["www.linkedin.com", true],
  ["acme.wixsite.com", true],
  ["shop.acme.myshopify.com", true],
  ["sites.google.com", true],
  ["google.com", false],
  ["notlinkedin.com", false],
  ["com", false],
  ["siemens.com", false],
])("%s is a platform: %s", (host, answer) => {
  expect(isPlatform(host)).toBe(answer);
});

describe("the lists", () => {
  const lists = { freeMail, disposable, platforms };

  test.each(
    Object.entries(lists),
  )("%s names source, licence and date, and is in order without repetition", (_, list) => {
    const { source, licence, retrieved, entries } = list;

    expect([source.length > 0, licence.length > 0, /^\d{4}-\d\d-\d\d$/.test(retrieved)]).toEqual([true, true, true]);
    expect(entries).toEqual([...new Set(entries)].sort());
  });

  test("an access provider that the first list lacks is one all the same", () => {
    expect(freeMail.entries.filter((domain) => Object.keys(added.entries).includes(domain))).toEqual([]);
    expect(loadMailDomains().isFreeMail("kabelbw.de")).toBe(true);
  });

  test("free mail holds nothing that is disposable or was kept out", () => {
    const others = new Set([...disposable.entries, ...Object.keys(keptOut.entries)]);

    expect(freeMail.entries.filter((domain) => others.has(domain))).toEqual([]);
  });

  test("the README counts them right", () => {
    const readme = readFileSync(new URL("../../src/data/README.md", import.meta.url), "utf8");
    const byHand = [Object.keys(keptOut.entries), Object.keys(added.entries)];
    const counts = [freeMail.entries, disposable.entries, platforms.entries, ...byHand];

    expect(counts.filter(({ length }) => !readme.includes(`| ${length.toLocaleString("en")} |`))).toEqual([]);
  });
});

describe("taking the lists anew", () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-data-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("drops disposable and kept-out domains from free mail, and notes version and day", () => {
    const fixtures = new URL("./packages", import.meta.url).pathname;
    cpSync(fixtures, folder, { recursive: true });
    const names = {
      freeMail: join(folder, "free"),
      disposable: join(folder, "disposable"),
      into: join(folder, "data"),
    };
    refreshData({ ...names, on: "2027-01-02" });

    expect(JSON.parse(readFileSync(join(folder, "data/free-mail-domains.json"), "utf8"))).toEqual({
      source: "npm free 1.0.0",
      licence: "MIT",
      retrieved: "2027-01-02",
      entries: ["free.example", "more.example"],
    });
  });
});
