import { describe, expect, test } from "@jest/globals";
import { buildBase } from "../../../src/engine/match/build-base.ts";
import type { DomainClasses } from "../../../src/engine/match/domain-forms.ts";
import type { LeadEntry } from "../../../src/engine/match/entries.ts";
import { match } from "../../../src/engine/match/match.ts";
import type { Matching } from "../../../src/engine/match/matching.ts";
import { type FoundAccounts, type SettledMatch, settleMatch } from "../../../src/engine/match/settle-match.ts";
import { shippedWeights } from "../../../src/engine/match/shipped-weights.ts";
import type { Account } from "../../../src/model/account.ts";
import { toAccountEntry } from "../../../src/pipeline/account-entries.ts";
import { anAccount, aPolicy } from "../../builders.ts";

const classes: DomainClasses = {
  isFreeMail: (domain) => domain === "gmail.com",
  isDisposable: (domain) => domain === "mailinator.com",
  isPlatform: (host) => host === "www.facebook.com" || host.endsWith("linkedin.com") || host.endsWith("wixsite.com"),
};

const { matching: shipped } = aPolicy();

/** Companies that have nothing in common with each other or with those of a test. */
const others: readonly Account[] = Array.from({ length: 300 }, (_, at) =>
  anAccount({ id: `o${at}`, name: `Zurax${at} Belvonta${at * 7}`, domains: [`zurax${at}.example`], country: "SE" }),
);

type Given = Partial<LeadEntry> & {
  accounts?: readonly Account[];
  /** By account id: domains that do not stand in it. */
  taught?: Readonly<Record<string, readonly string[]>>;
  matching?: Partial<Matching>;
} & Partial<Pick<FoundAccounts, "crmAccount" | "haveOpportunity" | "isActive">> & {
    said?: Partial<FoundAccounts["said"]>;
  };

const hintsOf = (accountId: string, domains: readonly string[] = []) =>
  domains.map((value) => ({ kind: "domain" as const, value, accountId }));

function settle(given: Given): SettledMatch {
  const { accounts = [], taught = {}, matching, crmAccount = null, haveOpportunity, said, isActive, ...fields } = given;
  const all = [...accounts, ...others];
  const blank = { email: null, company: null, website: null, phone: null };
  const lead = { ...blank, country: null, state: null, city: null, postalCode: null, ...fields };
  const base = buildBase(
    all.map((account) => toAccountEntry(account, { otherNames: [], hints: hintsOf(account.id, taught[account.id]) })),
    classes,
    [1, 2],
  );
  return settleMatch(
    {
      lead,
      crmAccount,
      matched: match(lead, { bases: [base], classes, weights: shippedWeights }),
      accounts: new Map([...all, ...(crmAccount === null ? [] : [crmAccount])].map((each) => [each.id, each])),
      haveOpportunity: haveOpportunity ?? new Set(),
      said: { is: null, not: new Set(), ...said },
      isActive: isActive ?? (() => true),
      classes,
    },
    { ...shipped, ...matching },
  );
}

const muster = anAccount({ id: "1", name: "Muster Maschinenbau", domains: ["muster.de"], country: "DE" });

test("the CRM's own association counts before any domain", () => {
  const crmAccount = anAccount({ id: "7" });

  expect(settle({ crmAccount, email: "jana@muster.de", accounts: [muster] }).match).toMatchObject({
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
])("an account is found by %s", (_, given, by) => {
  expect(settle({ ...given, accounts: [muster] }).match).toMatchObject({
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

  expect(settle({ ...given, accounts })).toEqual({ match: null, noMatchBecause, suggested: null });
});

describe("several accounts on one domain (reliability.md B197)", () => {
  const twin = (parts: Partial<Account>) => anAccount({ name: "Muster", domains: ["muster.de"], ...parts });

  test.each<[string, Account, Account, Given, string, string]>([
    [
      "an open opportunity",
      twin({ id: "2", isCustomer: true, ownerId: "rep-a" }),
      twin({ id: "9" }),
      { haveOpportunity: new Set(["9"]) },
      "9",
      "no-open-opportunity",
    ],
    ["a customer", twin({ id: "2", ownerId: "rep-a" }), twin({ id: "9", isCustomer: true }), {}, "9", "not-a-customer"],
    ["an owner", twin({ id: "2" }), twin({ id: "9", ownerId: "rep-a" }), {}, "9", "has-no-owner"],
    [
      "an owner who is active",
      twin({ id: "2", ownerId: "rep-gone" }),
      twin({ id: "9", ownerId: "rep-a" }),
      { isActive: (id) => id !== "rep-gone" },
      "9",
      "owner-inactive",
    ],
    [
      "the more recent activity",
      twin({ id: "2", lastActivityAt: "2026-01-01T00:00:00Z" }),
      twin({ id: "9", lastActivityAt: "2026-06-01T00:00:00Z" }),
      {},
      "9",
      "less-recent-activity",
    ],
    ["the lower id", twin({ id: "10" }), twin({ id: "9" }), {}, "9", "higher-id"],
    [
      "the policy's first tie-breaker",
      twin({ id: "2", isCustomer: true }),
      twin({ id: "9", lastActivityAt: "2026-06-01T00:00:00Z" }),
      { matching: { tieBreakers: ["recent-activity", "customer"] } },
      "9",
      "less-recent-activity",
    ],
  ])("%s decides, and the rival is named", (_, first, second, given, id, because) => {
    const { match } = settle({ ...given, email: "jana@muster.de", company: "Muster", accounts: [first, second] });

    expect([match?.account.id, match?.rivals]).toEqual([
      id,
      [{ accountId: first.id, because, confidence: expect.closeTo(0.5, 1) }],
    ]);
    expect(match?.confidence).toBeGreaterThan(0.95);
  });

  test("a lead that names no company is one of them, whichever that is", () => {
    const accounts = [twin({ id: "2", name: "One Muster" }), twin({ id: "9", name: "Zwei", ownerId: "rep-a" })];
    const { match } = settle({ email: "jana@muster.de", accounts });
    expect([match?.account.id, match?.rivals.map(({ because }) => because)]).toEqual(["9", ["has-no-owner"]]);
  });

  test("the name decides before any tie-breaker", () => {
    const accounts = [
      twin({ id: "2", name: "Muster Logistik", isCustomer: true }),
      twin({ id: "9", name: "Muster Maschinenbau" }),
    ];
    const { match } = settle({ email: "jana@muster.de", company: "Muster Maschinenbau", accounts });

    expect([match?.account.id, match?.rivals.map(({ because }) => because)]).toEqual(["9", ["less-likely"]]);
  });
});

describe("whose domain it is", () => {
  const io = anAccount({ id: "io", name: "Lumen Labs", domains: ["lumenlabs.io"], country: "US", city: "Austin" });
  const com = anAccount({
    id: "com",
    name: "Lumen Labs Inc",
    domains: ["lumenlabs.com"],
    country: "US",
    city: "Boston",
  });
  const here = { company: "Lumen Labs", country: "US", city: "Austin" };

  test.each([
    ["x@lumenlabs.com", "com"],
    ["x@lumenlabs.io", "io"],
  ])("of two that are called alike, %s is the one's that has it", (email, id) => {
    const { match } = settle({ ...here, email, accounts: [io, com] });
    expect(match?.account.id).toBe(id);
    expect(match?.confidence).toBeGreaterThan(0.99);
  });

  test("a right name counts for no less than none or a wrong one", () => {
    const of = (company: string | null) =>
      settle({ email: "x@lumenlabs.com", company, accounts: [io, com] }).match?.confidence ?? 0;
    expect(of("Lumen Labs Inc")).toBeGreaterThan(of(null));
    expect(of("Lumen Labs Inc")).toBeGreaterThan(of("Something Else"));
  });

  const acme = anAccount({ id: "6", name: "Acme Corporation", domains: ["acme.example"], country: "US" });
  const rockets = { id: "7", name: "Acme Rocket Systems", domains: ["acme-rockets.example"], country: "US" };

  test("a part that has an account of its own, and a domain, keeps its leads that write from the head's", () => {
    const child = anAccount({ ...rockets, city: "Reno", parentId: "6" });
    const lead = { email: "b@acme.example", company: "Acme Rocket Systems Inc.", country: "US", city: "Reno" };
    expect(settle({ ...lead, accounts: [acme, child] }).match?.account.id).toBe("7");
  });

  test("a name that is another account's altogether is a question", () => {
    const lead = { email: "b@acme.example", company: "Acme Rocket Systems" };
    const { match, suggested } = settle({
      ...lead,
      accounts: [acme, anAccount(rockets)],
      matching: { automatic: 0.4 },
    });
    expect([match, suggested?.doubt]).toEqual([null, "name-of-another"]);
  });

  describe("another account's whole name is a question wherever that account is", () => {
    const umbra = anAccount({ id: "u", name: "Umbra Health", domains: ["umbra.example"], country: "GB" });
    const initech = anAccount({ id: "i", name: "Initech", domains: ["initech.example"], country: "US" });
    const inPart = Array.from({ length: 6 }, (_, at) =>
      anAccount({ id: `p${at}`, name: `Umbra Health Partners ${at}`, domains: [`p${at}.example`], country: "US" }),
    );
    const lead = { email: "cy@initech.example", company: "Umbra Health" };

    test.each<[string, Given]>([
      ["nobody knows where", { country: null }],
      ["in the lead's country", { country: "GB" }],
      ["in another country", { country: "US" }],
      ["in another country, and the website is the domain's too", { country: "US", website: "initech.example" }],
      ["in another country, and others here are called so in part", { country: "US", accounts: inPart }],
    ])("%s", (_, { accounts = [], ...given }) => {
      const { match, suggested } = settle({ ...lead, ...given, accounts: [umbra, initech, ...accounts] });
      const { accountId, doubt } = suggested ?? {};
      expect([match, accountId === "u" || doubt === "name-of-another"]).toEqual([null, true]);
    });

    test("and the reviewer is shown it", () => {
      const { suggested } = settle({ ...lead, country: "US", accounts: [umbra, initech, ...inPart] });
      expect(suggested?.rivals.map(({ accountId }) => accountId)).toContain("u");
    });
  });
});

describe("a company that is called otherwise than the account that has its domain", () => {
  const initech = anAccount({ id: "i", name: "Initech", domains: ["initech.example"], country: "US" });
  const lead = { email: "cy@initech.example", accounts: [initech] };

  test.each<[string, Given, true | undefined]>([
    ["is noted of the match", { company: "Umbra Health" }, true],
    ["is none where the names agree", { company: "Initech Inc." }, undefined],
    ["is none where the lead names no company", {}, undefined],
    ["is none where the CRM has it so", { company: "Umbra Health", crmAccount: initech }, undefined],
    ["is none where a reviewer said so", { company: "Umbra Health", said: { is: "i" } }, undefined],
  ])("%s", (_, given, expected) => {
    const { match } = settle({ ...lead, ...given });
    expect([match?.account.id, match?.isOtherwiseNamed]).toEqual(["i", expected]);
  });
});

describe("what is too little", () => {
  const zeta = anAccount({ id: "z", name: "Zeta", domains: ["zeta.example"], country: "GB", city: "London" });
  const dental = anAccount({ id: "d", name: "Quarz Dental", domains: ["quarz.example"], country: "US", city: "Reno" });

  test.each([
    ["its one word in a longer name", zeta, { company: "Zeta Zoo Supplies", country: "GB", city: "London" }],
    ["one word of its name", dental, { company: "Quarz", country: "US", city: "Reno" }],
  ])("%s, in the same city, is a question", (_, account, lead) => {
    const { match, suggested } = settle({ ...lead, email: "kim@gmail.com", accounts: [account] });
    expect([match, suggested?.doubt]).toEqual([null, "one-word"]);
  });

  test("its place alone is none", () => {
    const paris = { country: "FR", city: "Paris", postalCode: "75015" };
    const account = anAccount({ id: "o", name: "Quarz", domains: ["gmail.com"], ...paris });
    const lead = { email: "kim@gmail.com", company: "Boulangerie Dupont", ...paris };
    expect(settle({ ...lead, accounts: [account], matching: { review: 0.1 } })).toMatchObject({
      match: null,
      suggested: null,
    });
  });
});

test("who is called nearly so and is here is found beside a namesake abroad", () => {
  const abroad = anAccount({ id: "us", name: "Harbor Freight Partners", domains: [], country: "US", city: "Seattle" });
  const near = { id: "gb", name: "Harbour Freight Partners Ltd", domains: [], country: "GB", city: "Bristol" };
  const lead = { email: "x@gmail.com", company: "Harbor Freight Partners", country: "GB", city: "Bristol" };
  expect(settle({ ...lead, accounts: [abroad, anAccount(near)] }).match?.account.id).toBe("gb");
});

test("a city is one however its name begins: St. Paul is Saint Paul", () => {
  const account = anAccount({ id: "p", name: "Quarz Belvonta", domains: [], country: "US", city: "Saint Paul" });
  const lead = { email: "x@gmail.com", company: "Quarz Belvonta", country: "US", city: "St. Paul" };
  const { match } = settle({ ...lead, accounts: [account] });
  expect(match?.points?.map(([sign]) => sign)).toContain("whole-city-same");
});

describe("a name without the account's domain", () => {
  const kestrel = anAccount({
    id: "k",
    name: "Kestrel & Vane Instruments",
    domains: ["kestrelvane.com"],
    country: "US",
  });
  const named = { email: "kim@gmail.com", company: "Kestrel & Vane Instruments Inc." };

  test("with the same country it is taken", () => {
    const { match } = settle({ ...named, country: "United States", accounts: [kestrel] });

    expect(match).toMatchObject({ account: { id: "k" }, by: "likeness", evidence: "" });
    expect(match?.points?.map(([sign]) => sign)).toContain("whole");
  });

  test("without any second proof a reviewer is asked", () => {
    const { match, noMatchBecause, suggested } = settle({ ...named, accounts: [kestrel] });

    expect([match, noMatchBecause]).toEqual([null, "account-in-review"]);
    expect(suggested).toMatchObject({ accountId: "k", name: "Kestrel & Vane Instruments", doubt: "name-alone" });
  });

  test("where the policy asks for none, a name alone that is likely enough is taken", () => {
    const matching = { secondProof: false, automatic: 0.6, review: 0.3 };
    expect(settle({ ...named, matching, accounts: [kestrel] }).match?.account.id).toBe("k");
  });

  test("one company twice is one company", () => {
    const again = { ...kestrel, id: "k2", isCustomer: true };
    const { match } = settle({ ...named, country: "US", accounts: [kestrel, again] });

    expect([match?.account.id, match?.rivals[0]]).toEqual([
      "k2",
      { accountId: "k", because: "not-a-customer", confidence: expect.closeTo(0.5, 1) },
    ]);
  });

  test("two companies of one name in different countries are for a reviewer, both named", () => {
    const namesake = anAccount({ ...kestrel, id: "k2", domains: ["kestrel-vane.co.nz"], country: "NZ" });
    const { match, suggested } = settle({ ...named, accounts: [kestrel, namesake] });

    expect(match).toBeNull();
    expect([suggested?.accountId, suggested?.rivals[0]?.accountId].sort()).toEqual(["k", "k2"]);
    expect(suggested?.doubt).toBe("one-of-several");
  });

  test("what a reviewer ruled out is not found again", () => {
    const found = settle({ ...named, country: "US", accounts: [kestrel], said: { not: new Set(["k"]) } });
    expect(found).toEqual({ match: null, noMatchBecause: "free-mail", suggested: null });
  });
});

test("what a reviewer said of leads like it counts before all but the CRM itself, as long as there is that account", () => {
  const other = anAccount({ id: "z", name: "Zebrafink Verlag", domains: ["zebrafink.de"] });
  const given = { email: "kim@muster.de", company: "Muster Maschinenbau", accounts: [muster, other] };
  expect(settle({ ...given, said: { is: "z" } }).match).toMatchObject({ account: { id: "z" }, by: "reviewer" });
  expect(settle({ ...given, said: { is: "gone" } }).match?.account.id).toBe("1");
  expect(settle({ ...given, said: { is: "z" }, crmAccount: muster }).match?.account.id).toBe("1");
});

describe("only the domain speaks for an account", () => {
  const lead = { email: "kim@muster.de", company: "Zebrafink Verlag" };

  test("off: a reviewer is asked", () => {
    const off = settle({ ...lead, accounts: [muster], matching: { domainOnly: "off", automatic: 0.5, review: 0.3 } });
    expect(off).toMatchObject({ match: null, suggested: { accountId: "1", doubt: "domain-alone" } });
  });

  test("always: it is taken, whatever the name says", () => {
    const other = anAccount({ id: "z", name: "Zebrafink Verlag", domains: ["zebrafink.de"], country: "DE" });
    const always = { domainOnly: "always" as const, automatic: 1, review: 1 };
    expect(settle({ ...lead, accounts: [muster, other], matching: always }).match?.account.id).toBe("1");
  });

  test("off: a name that agrees makes it a match", () => {
    const given = { email: "kim@muster.de", company: "Muster Maschinenbau GmbH", accounts: [muster] };
    expect(settle({ ...given, matching: { domainOnly: "off" } }).match?.account.id).toBe("1");
  });
});

describe("a domain that an account's contacts or a reviewer taught", () => {
  const customer = anAccount({ id: "cust", name: "Brenner Foods", domains: ["brenner.example"], country: "DE" });
  const taught = { cust: ["accentora.example"] };

  test("finds the account", () => {
    const { match } = settle({ email: "kim@accentora.example", accounts: [customer], taught });
    expect(match).toMatchObject({ account: { id: "cust" }, by: "email-domain", evidence: "accentora.example" });
  });

  test("is for a reviewer, when the lead's company is called otherwise: it may work for the account", () => {
    const given = { email: "kim@accentora.example", company: "Accentora Consulting", accounts: [customer], taught };
    expect(settle(given)).toMatchObject({ match: null, suggested: { accountId: "cust", doubt: "domain-of-contacts" } });
  });
});

describe("families", () => {
  const head = anAccount({ id: "head", name: "Oriole Group", domains: ["oriole-group.example"] });
  const middle = anAccount({ id: "middle", name: "Oriole Europe", domains: ["oriole.eu"], parentId: "head" });
  const child = anAccount({ id: "child", name: "Oriole Denmark", domains: ["oriole.dk"], parentId: "middle" });
  const lead = { email: "kim@oriole.dk", company: "Oriole Denmark" };

  test("the child's own account is the lead's", () => {
    expect(settle({ ...lead, accounts: [head, middle, child] }).match?.account.id).toBe("child");
  });

  test("the head of the family, where the policy wants it; what was found is named", () => {
    const { match } = settle({ ...lead, accounts: [head, middle, child], matching: { hierarchy: "top" } });
    expect([match?.account.id, match?.foundAs]).toEqual(["head", "child"]);
  });

  test("a family that goes round in a circle ends", () => {
    const round = { ...head, parentId: "child" };
    const { match } = settle({ ...lead, accounts: [round, middle, child], matching: { hierarchy: "top" } });
    expect(match?.account.id).toBe("head");
  });
});
