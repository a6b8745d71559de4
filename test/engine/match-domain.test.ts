import { describe, expect, test } from "@jest/globals";
import { type MatchInput, matchAccount } from "../../src/engine/match/match-domain.ts";
import type { Account } from "../../src/model/account.ts";
import { anAccount } from "../builders.ts";

const input = (parts: Partial<MatchInput> & { accounts?: readonly Account[] }): MatchInput => ({
  email: null,
  website: null,
  crmAccount: null,
  accountsByDomain: (domain) => (parts.accounts ?? []).filter((account) => account.domains.includes(domain)),
  isFreeMail: (domain) => domain === "gmail.com",
  isDisposable: (domain) => domain === "mailinator.com",
  isPlatform: (host) => host === "www.facebook.com" || host.endsWith("linkedin.com") || host.endsWith("wixsite.com"),
  ...parts,
});

const muster = anAccount({ id: "1", domains: ["muster.de"] });

test("the CRM's own association counts before any domain", () => {
  const crmAccount = anAccount({ id: "7" });

  expect(matchAccount(input({ crmAccount, email: "jana@muster.de", accounts: [muster] })).match).toMatchObject({
    account: { id: "7" },
    by: "crm-association",
  });
});

test.each([
  ["the e-mail's domain", { email: "jana@mail.muster.de" }, "email-domain"],
  ["the website's domain, without an e-mail", { website: "https://www.muster.de/de" }, "website-domain"],
  [
    "the website's domain, with a free-mail address",
    { email: "jana@gmail.com", website: "muster.de" },
    "website-domain",
  ],
  [
    "the website's domain, when the e-mail's is unknown",
    { email: "jana@other.de", website: "muster.de" },
    "website-domain",
  ],
])("an account is found by %s", (_, given, by) => {
  expect(matchAccount(input({ ...given, accounts: [muster] })).match).toMatchObject({
    account: { id: "1" },
    by,
    evidence: "muster.de",
  });
});

test.each([
  ["free-mail", { email: "jana@gmail.com" }],
  ["disposable", { email: "jana@mailinator.com" }],
  ["platform", { website: "https://www.linkedin.com/company/muster" }],
  ["platform", { website: "https://www.linkedin.com./company/muster" }],
  ["unknown-domain", { email: "jana@other.de" }],
  ["no-domain", {}],
  ["no-domain", { email: "a@b@c", website: "n/a" }],
  ["free-mail", { email: "jana@gmail.com", website: "n/a" }],
])("%s matches nothing, whatever accounts bear the domain", (noMatchBecause, given) => {
  const accounts = ["gmail.com", "mailinator.com", "linkedin.com"].map((domain) => anAccount({ domains: [domain] }));

  expect(matchAccount(input({ ...given, accounts }))).toEqual({ match: null, noMatchBecause });
});

describe("several accounts on one domain (reliability.md B197)", () => {
  const twin = (parts: Partial<Account>) => anAccount({ domains: ["muster.de"], ...parts });

  test.each([
    ["an owner", twin({ id: "2" }), twin({ id: "9", ownerId: "rep-a" }), "9", "has-no-owner"],
    [
      "the more recent activity",
      twin({ id: "2", lastActivityAt: "2026-01-01T00:00:00Z" }),
      twin({ id: "9", lastActivityAt: "2026-06-01T00:00:00Z" }),
      "9",
      "less-recent-activity",
    ],
    ["the lower id", twin({ id: "10" }), twin({ id: "9" }), "9", "higher-id"],
  ])("%s decides, and the rival is named", (_, first, second, id, because) => {
    const { match } = matchAccount(input({ email: "jana@muster.de", accounts: [first, second] }));

    expect([match?.account.id, match?.rivals]).toEqual([id, [{ accountId: first.id, because }]]);
  });
});
