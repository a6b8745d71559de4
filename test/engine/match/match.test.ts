import { describe, expect, test } from "@jest/globals";
import { loadMailDomains } from "../../../src/data/mail-domains.ts";
import { buildBase } from "../../../src/engine/match/build-base.ts";
import type { AccountEntry, LeadEntry } from "../../../src/engine/match/entries.ts";
import { hashText } from "../../../src/engine/match/hash.ts";
import { prepareLead } from "../../../src/engine/match/learn.ts";
import { type Matched, match } from "../../../src/engine/match/match.ts";
import { pointInWords, pointsIn } from "../../../src/engine/match/points.ts";
import { shippedWeights } from "../../../src/engine/match/shipped-weights.ts";
import { aLeadEntry, anAccountEntry } from "../../match-entries.ts";

const classes = loadMailDomains();
const anAccount = (id: string, name: string, parts: Partial<AccountEntry> = {}): AccountEntry =>
  anAccountEntry(id, { name, ...parts });

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
  anAccount("a6", "Kruse und Velten Pumpenbau", { website: "kv.example", country: "US" }),
  anAccount("a7", "Institut für Mess- und Regelwesen", {
    website: "https://www.wlt.verbund.example/en",
    country: "DE",
    city: "Darmstadt",
  }),
  anAccount("a5", "株式会社ホシゾラ工業", { website: "hoshizora.co.jp", country: "JP" }),
];

const answer = (lead: Partial<LeadEntry>, accounts: readonly AccountEntry[] = [...known, ...strangers]): Matched =>
  match(aLeadEntry(lead), { bases: [baseOf(accounts)], classes, weights: shippedWeights });

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
    ["by two letters that are the label of its domain", { email: "kim@gmail.com", company: "KV", country: "US" }, "a6"],
    [
      "by three letters that its host has below a domain",
      { email: "kim@gmail.com", company: "WLT", country: "Germany", city: "Darmstadt" },
      "a7",
    ],
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

test("what speaks for and against is told by subject, the weightiest first, with the rivals of a shared domain", () => {
  const { best } = answer({
    email: "kim@oriole.example",
    company: "Oriole Shipping Denmark",
    country: "Denmark",
  });
  const points = pointsIn(best?.evidence ?? []);
  expect(points.map(pointInWords)).toContainEqual(
    expect.stringMatching(/^of the accounts with the domain, it has the lead's name \+\d/),
  );
  const weights = points.map(([, worth]) => Math.abs(worth));
  expect(weights).toEqual([...weights].sort((a, b) => b - a));
  const unnamed = answer({ email: "kim@oriole.example" });
  expect([unnamed.best, ...unnamed.runnersUp].map((each) => each?.accountId).sort()).toEqual(["a3", "a4"]);
});

test("the points add up to what the account is worth, one for each subject, and none contradicts another", () => {
  const { best } = answer({
    email: "kim@gmail.com",
    company: "Brennholz Lasertechnik",
    country: "DE",
    city: "Munich",
    phone: "+49 89 5550 1230",
  });
  const points = pointsIn(best?.evidence ?? []);
  const sum = best?.evidence.reduce((all, each) => all + each.points, 0) ?? 0;
  expect(points.reduce((all, [, worth]) => all + worth, 0)).toBeCloseTo(sum, 0);
  expect(points.map(([sign]) => sign).sort()).toEqual([
    "mail-provider",
    "phone-same",
    "size",
    "whole",
    "whole-city-same",
  ]);
});

test("a word of an account's name answers for one of the lead's, not for two", () => {
  const shareOf = (company: string) => {
    const labelled = { id: "1", slice: "", accountId: "a2", lead: aLeadEntry({ company }) };
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
