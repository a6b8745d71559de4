import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { hostileLeads } from "../../../scripts/bench/hostile-leads.ts";
import { accountOf, places, wordOf } from "../../../scripts/bench/syllable-accounts.ts";
import { loadMailDomains } from "../../../src/data/mail-domains.ts";
import type { Base } from "../../../src/engine/match/base.ts";
import { buildBase } from "../../../src/engine/match/build-base.ts";
import type { LeadEntry } from "../../../src/engine/match/entries.ts";
import { hashText } from "../../../src/engine/match/hash.ts";
import { type Matched, match } from "../../../src/engine/match/match.ts";
import { shippedWeights } from "../../../src/engine/match/shipped-weights.ts";
import { aLeadEntry } from "../../match-entries.ts";

// What holds of matching whatever the names: they are made from numbers, after no company.

const seed = 20261130;
const classes = loadMailDomains();
const answer = (lead: LeadEntry, base: Base): Matched =>
  match(lead, { bases: [base], classes, weights: shippedWeights });
/** What an account is taken or a reviewer asked from, as a policy may say. */
const likely = 0.6;
const sure = 0.95;

const nobody = aLeadEntry();

const numbers = Array.from({ length: 600 }, (_, at) => at);
const accounts = numbers.map(accountOf);
const base = buildBase(accounts, classes, [seed, 1]);
const anAccount = fc.constantFrom(...accounts);

/** As somebody may have written to whom the account belongs. */
const aLead = anAccount.chain((account) =>
  fc.record({
    email: fc.constantFrom("kim@gmail.com", `kim@${account.website}`, null),
    company: fc.constantFrom(account.name, account.name?.split(" ")[0] ?? null, `${account.name} ${wordOf(9_999)}`),
    website: fc.constantFrom(account.website, null),
    phone: fc.constant(null),
    country: fc.constantFrom(account.country, "BR", null),
    state: fc.constant(null),
    city: fc.constantFrom(account.city, null),
    postalCode: fc.constant(null),
  }),
);

const chances = ({ best, runnersUp }: Matched): [string, string][] =>
  [best, ...runnersUp].flatMap((each) => (each === null ? [] : [[each.accountId, each.confidence.toFixed(9)]]));

test("the order of accounts changes nothing", () => {
  const turned = buildBase(
    accounts.toSorted((a, b) => hashText(a.id, seed) - hashText(b.id, seed)),
    classes,
    [seed, 2],
  );
  fc.assert(
    fc.property(aLead, (lead) => {
      expect(chances(answer(lead, turned))).toEqual(chances(answer(lead, base)));
    }),
    { numRuns: 400, seed },
  );
});

test("case, blanks around it and the Unicode form of a name change nothing", () => {
  const changes: ((name: string) => string)[] = [
    (name) => name.toUpperCase(),
    (name) => name.toLowerCase(),
    (name) => `\u3000 ${name}\t\n`,
    (name) => name.normalize("NFD"),
    (name) => name.normalize("NFC"),
  ];
  fc.assert(
    fc.property(aLead, fc.constantFrom(...changes), (lead, change) => {
      const changed = { ...lead, company: change(lead.company ?? "") };
      expect(answer(changed, base)).toEqual(answer(lead, base));
    }),
    { numRuns: 400, seed },
  );
});

test("a lead that has what an account has finds it, or a rival that is named beside it", () => {
  fc.assert(
    fc.property(anAccount, (account) => {
      const { name, country, city } = account;
      const { best, runnersUp } = answer({ ...nobody, email: "kim@gmail.com", company: name, country, city }, base);
      expect([best, ...runnersUp].map((each) => each?.accountId)).toContain(account.id);
      expect(best?.confidence).toBeGreaterThan(likely);
    }),
    { numRuns: 600, seed },
  );
});

test("an address of a provider alone, wherever its owner is, belongs to no account", () => {
  const local = fc.string({ unit: fc.constantFrom(..."abcdefgh.12"), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      local,
      fc.constantFrom("gmail.com", "web.de", "qq.com"),
      fc.constantFrom(...places),
      (name, host, place) => {
        const { best } = answer({ ...nobody, email: `${name}@${host}`, country: place[0], city: place[1] }, base);
        expect(best?.confidence ?? 0).toBeLessThan(likely);
      },
    ),
    { numRuns: 300, seed },
  );
});

test("accounts that have nothing to do with it do not move a match by domain", () => {
  const few = buildBase(accounts.slice(0, 30), classes, [seed, 3]);
  fc.assert(
    fc.property(fc.constantFrom(...accounts.slice(0, 30)), (account) => {
      const lead = { ...nobody, email: `kim@${account.website}`, company: account.name };
      for (const { best } of [few, base].map((among) => answer(lead, among))) {
        expect(best?.accountId).toBe(account.id);
        expect(best?.confidence).toBeGreaterThan(sure);
      }
    }),
    { numRuns: 60, seed },
  );
});

/** A base that counts what is asked of it. */
function counted(of: Base): { base: Base; asked: { keys: number; slips: number } } {
  const asked = { keys: 0, slips: 0 };
  const each: Base["keys"]["each"] = (key, found, most) => {
    asked.keys += 1;
    of.keys.each(key, found, most);
  };
  const near: Base["vocabulary"]["near"] = (text) => {
    asked.slips += 1;
    return of.vocabulary.near(text);
  };
  return { base: { ...of, keys: { ...of.keys, each }, vocabulary: { ...of.vocabulary, near } }, asked };
}

test("10,000 leads that are made to hurt neither throw nor ask for more than a few hundred look-ups each", () => {
  const watched = counted(base);
  let most = { keys: 0, slips: 0 };
  for (const lead of hostileLeads(10_000, seed)) {
    Object.assign(watched.asked, { keys: 0, slips: 0 });
    const { best } = answer(lead, watched.base);
    expect(best === null || Number.isFinite(best.confidence)).toBe(true);
    most = { keys: Math.max(most.keys, watched.asked.keys), slips: Math.max(most.slips, watched.asked.slips) };
  }
  expect(most.keys).toBeGreaterThan(0);
  expect(most.keys).toBeLessThan(300);
  expect(most.slips).toBeLessThanOrEqual(24);
}, 120_000);
