import { describe, expect, test } from "@jest/globals";
import { loadMailDomains } from "../../../src/data/mail-domains.ts";
import type { AccountEntry, LeadEntry } from "../../../src/engine/match/entries.ts";
import { hashText } from "../../../src/engine/match/hash.ts";
import { prepareSizes } from "../../../src/engine/match/learn-sizes.ts";
import { madeUpAccounts } from "../../../src/engine/match/made-up-accounts.ts";

const classes = loadMailDomains();

const rare = (at: number): string => `Qu${hashText(`${at}`).toString(36)}`;

const accounts: AccountEntry[] = Array.from({ length: 400 }, (_, at) => ({
  id: `a${at}`,
  name: `${rare(at)} ${["Foods", "Metals", "Systems"][at % 3]} Holding`,
  otherNames: [],
  website: `wexum${at}.example`,
  otherDomains: [],
  phone: null,
  country: ["DE", "FR"][at % 2] ?? null,
  state: null,
  city: null,
  postalCode: null,
  parentId: null,
}));

const aLead = (company: string): LeadEntry => ({
  email: "kim@gmail.com",
  company,
  website: null,
  phone: null,
  country: null,
  state: null,
  city: null,
  postalCode: null,
});

const labelled = Array.from({ length: 100 }, (_, at) => ({
  id: `l${at}`,
  slice: "",
  accountId: at < 80 ? `a${at}` : null,
  lead: aLead(at < 80 ? `${rare(at)} Holding` : `Brennholz${at}`),
}));

describe("accounts of a larger base", () => {
  const made = madeUpAccounts(accounts, 1_000, 7);

  test("have ids, words that come often, and words that none has, but no domain", () => {
    const known = new Set(accounts.flatMap(({ name }) => (name ?? "").split(" ")));
    const words = made.flatMap(({ name }) => (name ?? "").split(" "));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1_000);
    expect(words.filter((word) => known.has(word)).length / words.length).toBeCloseTo(2 / 3, 1);
    expect(made.filter(({ website }) => website !== null)).toEqual([]);
  });

  test("are the same each time, and others of another seed", () => {
    expect(madeUpAccounts(accounts, 1_000, 7)).toEqual(made);
    expect(madeUpAccounts(accounts, 1_000, 8)).not.toEqual(made);
    expect(madeUpAccounts([], 10, 7)).toEqual([]);
  });
});

describe("the same leads among fewer and more accounts", () => {
  const prepared = prepareSizes(labelled, accounts, { classes, seed: 7 });

  test("belong to none where their account was left out", () => {
    const bySize = [0, 1, 2].map((at) => prepared.slice(at * 100, (at + 1) * 100));
    const found = bySize.map((of) => of.filter(({ accountId }) => accountId !== null).length);
    expect(found[0]).toBeLessThan(found[1] ?? 0);
    expect(found[1]).toBeLessThan(80);
    expect(found[2]).toBe(80);
  });

  test("without an account they count for the share that they are among all", () => {
    const quarter = prepared.slice(0, 100);
    const sum = (isWithout: boolean) =>
      quarter.filter(({ accountId }) => (accountId === null) === isWithout).reduce((all, { count }) => all + count, 0);
    expect(sum(true) / (sum(true) + sum(false))).toBeCloseTo(0.2, 9);
  });

  test("show the number of accounts that they are among", () => {
    const sizes = prepared.flatMap(({ candidates }) =>
      candidates.flatMap((found) => found.filter(([sign]) => sign === "size").map(([, value]) => value)),
    );
    const several = [...new Set(sizes)];
    expect(several).toHaveLength(3);
    expect(Math.max(...several)).toBeCloseTo(Math.log(1_600) / 10, 9);
  });
});
