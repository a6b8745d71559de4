import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { loadMailDomains } from "../../../src/data/mail-domains.ts";
import { buildBase } from "../../../src/engine/match/build-base.ts";
import type { AccountEntry, LeadEntry } from "../../../src/engine/match/entries.ts";
import { hashText } from "../../../src/engine/match/hash.ts";
import { prepareLead } from "../../../src/engine/match/learn.ts";
import { evidenceInWords, type Matched, match } from "../../../src/engine/match/match.ts";
import { shippedWeights } from "../../../src/engine/match/shipped-weights.ts";

const classes = loadMailDomains();
const anAccount = (id: string, name: string | null, parts: Partial<AccountEntry> = {}): AccountEntry => ({
  id,
  name,
  otherNames: [],
  website: null,
  otherDomains: [],
  phone: null,
  country: null,
  state: null,
  city: null,
  postalCode: null,
  parentId: null,
  ...parts,
});

const aLead = (parts: Partial<LeadEntry> = {}): LeadEntry => ({
  email: null,
  company: null,
  website: null,
  phone: null,
  country: null,
  state: null,
  city: null,
  postalCode: null,
  ...parts,
});

/** Strangers, so that words are as common or rare as among real companies. */
const strangers = Array.from({ length: 3_000 }, (_, at) =>
  anAccount(
    `s${at}`,
    `${["Northern", "Global", "United", "Alpine"][at % 4]} Wexum${(at * 7919) % 2903} ${["Systems", "Foods", "Metals"][at % 3]} Ltd`,
    {
      website: `wexum${(at * 7919) % 2903}-${at}.example`,
      country: ["DE", "FR", "US", "GB"][at % 4] ?? null,
    },
  ),
);

const known = [
  anAccount("a1", "Brennholz Lasertechnik GmbH", {
    website: "https://www.brennholz-laser.de/start",
    country: "Germany",
    city: "München",
    phone: "+49 89 5550 1230",
    otherNames: ["Brennholz Photonics"],
  }),
  anAccount("a2", "Kestrel & Vane Instruments Inc.", {
    website: "kestrelvane.com",
    otherDomains: ["kv-instruments.io"],
    country: "US",
    city: "Boston",
  }),
  anAccount("a3", "Oriole Shipping Denmark A/S", { website: "oriole.example", country: "DK", parentId: "a4" }),
  anAccount("a4", "Oriole Shipping Group", { website: "oriole.example", country: "NL" }),
  anAccount("a5", "株式会社ホシゾラ工業", { website: "hoshizora.co.jp", country: "JP" }),
];

const answer = (lead: Partial<LeadEntry>, accounts: readonly AccountEntry[] = [...known, ...strangers]): Matched =>
  match(aLead(lead), { bases: [baseOf(accounts)], classes, weights: shippedWeights });

const bases = new Map<string, ReturnType<typeof buildBase>>();
function baseOf(accounts: readonly AccountEntry[]) {
  const key = accounts.map(({ id }) => id).join();
  const found = bases.get(key) ?? buildBase(accounts, classes, [1, 2]);
  bases.set(key, found);
  return found;
}

describe("a lead finds its account", () => {
  test.each<[string, Partial<LeadEntry>, string]>([
    ["by the domain of its e-mail", { email: "kim@brennholz-laser.de" }, "a1"],
    ["by a host below it", { email: "kim@mail.eu.brennholz-laser.de" }, "a1"],
    ["by a further domain", { email: "kim@kv-instruments.io", company: "KV" }, "a2"],
    [
      "by its website, with an address of a provider",
      { email: "kim@gmail.com", website: "http://shop.kestrelvane.com/x?y=1" },
      "a2",
    ],
    [
      "by its name in another legal form",
      { email: "kim@gmail.com", company: "BRENNHOLZ LASERTECHNIK AG", country: "DE" },
      "a1",
    ],
    ["by a name with a slip", { email: "kim@gmail.com", company: "Brennhloz Lasertechnik", country: "DE" }, "a1"],
    ["by another of its names", { email: "kim@gmail.com", company: "Brennholz Photonics" }, "a1"],
    [
      "by words turned round",
      { email: "kim@gmail.com", company: "Instruments Kestrel and Vane", country: "United States" },
      "a2",
    ],
    [
      "by the same label under another ending",
      { email: "kim@kestrelvane.de", company: "Kestrel & Vane Instruments" },
      "a2",
    ],
    [
      "of several with the domain, by the name",
      { email: "kim@oriole.example", company: "Oriole Shipping Denmark" },
      "a3",
    ],
    ["in another script", { email: "kim@yahoo.co.jp", company: "ホシゾラ工業", country: "Japan" }, "a5"],
  ])("%s", (_, lead, accountId) => {
    const { best } = answer(lead);
    expect(best?.accountId).toBe(accountId);
    expect(best?.confidence).toBeGreaterThanOrEqual(0.6);
  });
});

describe("a lead finds none", () => {
  test.each<[string, Partial<LeadEntry>]>([
    ["with an address of a provider alone", { email: "kim@gmail.com" }],
    [
      "with no company to speak of",
      { email: "kim@gmail.com", company: "Freiberufler", country: "DE", city: "München" },
    ],
    ["with a page on a platform", { email: "kim@gmail.com", website: "https://www.linkedin.com/company/x" }],
    ["of another company's domain, whatever its name", { email: "kim@wexum1-3.example", company: "Unheard Of" }],
    ["with nothing", {}],
  ])("%s", (_, lead) => {
    expect(answer(lead).best?.confidence ?? 0).toBeLessThan(0.6);
  });
});

test("what speaks for and against is told, the weightiest first, with the rivals of a shared domain", () => {
  const { best } = answer({
    email: "kim@oriole.example",
    company: "Oriole Shipping Denmark",
    country: "Denmark",
  });
  expect(best?.evidence.map(evidenceInWords)).toContainEqual(
    expect.stringMatching(/^of those with the domain, it has the lead's name, \+\d/),
  );
  const weights = best?.evidence.map(({ points }) => Math.abs(points)) ?? [];
  expect(weights).toEqual([...weights].sort((a, b) => b - a));
  const unnamed = answer({ email: "kim@oriole.example" });
  expect([unnamed.best, ...unnamed.runnersUp].map((each) => each?.accountId).sort()).toEqual(["a3", "a4"]);
});

test("the order of accounts changes nothing", () => {
  const leads = [
    { email: "kim@oriole.example" },
    { email: "kim@gmail.com", company: "Brennholz Laser" },
    { company: "Global Systems" },
  ];
  const forwards = leads.map((lead) => answer(lead));
  const backwards = leads.map((lead) => answer(lead, [...strangers, ...known].toReversed()));
  for (const [at, { best }] of forwards.entries()) {
    expect(backwards[at]?.best?.accountId).toBe(best?.accountId);
    expect(backwards[at]?.best?.confidence).toBeCloseTo(best?.confidence ?? 0, 9);
  }
});

test("case, blanks around it and the Unicode form of a name change nothing", () => {
  const forms = [
    (name: string) => name.toUpperCase(),
    (name: string) => `  ${name}\t`,
    (name: string) => name.normalize("NFD"),
    (name: string) => name.toLowerCase().normalize("NFKD"),
  ];
  for (const company of ["Brennholz Lasertechnik GmbH", "Kestrel & Vane", "Åbølge Wexum7 Ltd"])
    for (const change of forms)
      expect(answer({ company: change(company), country: "DE" })).toEqual(answer({ company, country: "DE" }));
});

test("a lead that has all that an account has finds it, or a rival that is named", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: strangers.length - 1 }), (at) => {
      const account = strangers[at] as AccountEntry;
      const { best, runnersUp } = answer({
        company: account.name,
        website: account.website,
        email: `x@${account.website}`,
        country: account.country,
      });
      expect([best, ...runnersUp].map((each) => each?.accountId)).toContain(account.id);
    }),
    { numRuns: 200, seed: 20261130 },
  );
});

test("accounts that have nothing to do with it do not move a match by domain", () => {
  const few = answer({ email: "kim@kestrelvane.com", company: "Kestrel" }, known);
  const many = answer({ email: "kim@kestrelvane.com", company: "Kestrel" });
  for (const { best } of [few, many]) {
    expect(best?.accountId).toBe("a2");
    expect(best?.confidence).toBeGreaterThan(0.95);
  }
});

test("texts that nobody would write neither throw nor match", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom(
      "\u202Egnikcah",
      "\u200B\u200B",
      "аcme.com",
      "xn--\u0000",
      "🙂".repeat(200),
      "\u0000",
      "a".repeat(30_000),
      "&&&&",
      "((((",
      "株".repeat(5_000),
      "..",
      "@",
      "http://",
      "-".repeat(500),
    ),
  );
  fc.assert(
    fc.property(
      fc.record({
        email: hostile,
        company: hostile,
        website: hostile,
        phone: hostile,
        country: hostile,
        state: hostile,
        city: hostile,
        postalCode: hostile,
      }),
      (lead) => {
        expect(() => answer(lead)).not.toThrow();
      },
    ),
    { numRuns: 500, seed: 20261130 },
  );
}, 60_000);

test("a word of an account's name answers for one of the lead's, not for two", () => {
  const shareOf = (company: string) => {
    const labelled = { id: "1", slice: "", accountId: "a2", lead: aLead({ company }) };
    const { accountIds, candidates } = prepareLead(labelled, baseOf(known), classes);
    return candidates[accountIds.indexOf("a2")]?.find(([sign]) => sign === "lead-share")?.[1];
  };
  expect(shareOf("Kestrel Instruments")).toBe(1);
  expect(shareOf("Kestrel Kestrel")).toBeCloseTo(0.5, 9);
});

test("a domain made to have the 32 bits of an account's is not that account's", () => {
  const hashes = new Map<number, string>();
  let twins: [string, string] | null = null;
  for (let at = 0; twins === null; at += 1) {
    const domain = `brennholz${at}.com`;
    const twin = hashes.get(hashText(domain));
    hashes.set(hashText(domain), domain);
    if (twin !== undefined) twins = [twin, domain];
  }
  const [own, other] = twins;
  const { best } = answer({ company: "Kestrel", email: `x@${other}` }, [anAccount("1", "Kestrel", { website: own })]);
  expect(best?.evidence.map(({ sign }) => sign)).toContain("domain-unknown");
});
