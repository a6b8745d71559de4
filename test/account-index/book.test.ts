import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Book, createBook } from "../../src/account-index/book.ts";
import type { AccountEntry, LeadEntry } from "../../src/engine/match/entries.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { aLeadEntry, anAccountEntry } from "../match-entries.ts";

const classes = {
  isFreeMail: (domain: string) => domain === "gmail.com",
  isDisposable: () => false,
  isPlatform: () => false,
};
const matcher = { classes, weights: shippedWeights };

const anEntry = (id: string, name: string, parts: Partial<AccountEntry> = {}): AccountEntry =>
  anAccountEntry(id, { name, ...parts });

/** Names of which every other shares a word with some others. */
const nameOf = (at: number): string => `Zurax${at % 17} Belvonta${at} ${at % 2 === 0 ? "Systems" : "Logistics"}`;
const crowd = Array.from({ length: 400 }, (_, at) =>
  anEntry(`c${at}`, nameOf(at), { website: `zurax${at}.example`, country: at % 3 === 0 ? "SE" : "DE" }),
);

function bookOf(entries: readonly AccountEntry[]): Book {
  const book = createBook(matcher);
  book.begin();
  book.add(entries);
  book.seal();
  return book;
}

const best = (book: Book, lead: Partial<LeadEntry>) => book.match([aLeadEntry(lead)])?.[0]?.best ?? null;

test("there is no answer before the first edition", () => {
  const book = createBook(matcher);
  book.begin();
  book.add(crowd);
  expect(book.match([aLeadEntry({ email: "x@zurax1.example" })])).toBeNull();
});

describe("changes beside an edition", () => {
  const kestrel = anEntry("k", "Kestrel & Vane Instruments", { website: "kestrelvane.com", country: "US" });
  const byName = { company: "Kestrel & Vane Instruments Inc.", country: "US" };

  test("an account that came is found by domain and by name", () => {
    const book = bookOf(crowd);
    book.change({ put: [kestrel], gone: [] });
    expect(best(book, { email: "kim@kestrelvane.com" })?.accountId).toBe("k");
    expect(best(book, byName)?.accountId).toBe("k");
  });

  test("how many accounts there are, in its country too, counts as in one edition of all", () => {
    const entry = { ...kestrel, country: "DE" };
    const book = bookOf(crowd);
    book.change({ put: [entry], gone: [] });
    const lead = { ...byName, country: "DE" };
    const told = best(book, lead);
    expect(told?.evidence.map(({ sign }) => sign)).toEqual(expect.arrayContaining(["size", "country-rare"]));
    expect(told).toEqual(best(bookOf([...crowd, entry]), lead));
  });

  test("one that is gone is found no more, and comes back when it does", () => {
    const book = bookOf([...crowd, kestrel]);
    book.change({ put: [], gone: ["k"] });
    expect(best(book, { email: "kim@kestrelvane.com" })).toBeNull();
    book.change({ put: [kestrel], gone: [] });
    expect(best(book, { email: "kim@kestrelvane.com" })?.accountId).toBe("k");
  });

  test("one that changed is found by what it has now, and not by what it had", () => {
    const book = bookOf([...crowd, kestrel]);
    book.change({ put: [{ ...kestrel, website: "merlin.example", name: "Merlin Gauges" }], gone: [] });
    expect(best(book, { email: "kim@kestrelvane.com" })).toBeNull();
    expect(best(book, { email: "kim@merlin.example" })?.accountId).toBe("k");
    expect(best(book, byName)?.confidence ?? 0).toBeLessThan(0.5);
  });

  test("a domain that one of each has is shared, and both are named", () => {
    const book = bookOf([...crowd, kestrel]);
    book.change({ put: [anEntry("k2", "Kestrel Labs", { website: "kestrelvane.com" })], gone: [] });
    const [matched] = book.match([aLeadEntry({ email: "kim@kestrelvane.com" })]) ?? [];
    expect([matched?.best, ...(matched?.runnersUp ?? [])].map((each) => each?.accountId).sort()).toEqual(["k", "k2"]);
    expect(matched?.best?.evidence.map(({ sign }) => sign)).toContain("domain-shared");
  });

  test("what changes while an edition is made goes into it, whatever its page said", () => {
    const book = bookOf(crowd);
    book.begin();
    book.change({ put: [kestrel], gone: ["c1"] });
    book.add(crowd);
    expect(book.seal()).toMatchObject({ accounts: 400, changed: 2 });
    expect(best(book, { email: "kim@kestrelvane.com" })?.accountId).toBe("k");
    expect(best(book, { email: "kim@zurax1.example" })?.accountId).not.toBe("c1");
  });

  test("hundreds of changes, and changes of what changed before", () => {
    const book = bookOf(crowd);
    const came = Array.from({ length: 700 }, (_, at) =>
      anEntry(`n${at}`, `Quorl${at} Works`, { website: `quorl${at}.example`, country: "NL" }),
    );
    book.change({ put: came.slice(0, 400), gone: ["c1"] });
    expect(best(book, { email: "kim@quorl7.example" })?.accountId).toBe("n7");
    book.change({ put: came.slice(400), gone: ["n8"] });
    expect(best(book, { email: "kim@quorl600.example" })?.accountId).toBe("n600");
    expect(best(book, { email: "kim@quorl8.example" })).toBeNull();

    // Those settled now; what changes again counts.
    book.change({ put: [{ ...came[7], website: "moved.example" } as AccountEntry], gone: ["n9", "never-there"] });
    expect(best(book, { email: "kim@moved.example" })?.accountId).toBe("n7");
    expect(best(book, { email: "kim@quorl7.example" })).toBeNull();
    expect(best(book, { email: "kim@quorl9.example" })).toBeNull();
    expect(best(book, { email: "kim@quorl600.example" })?.accountId).toBe("n600");
    expect(best(book, { email: "kim@zurax2.example" })?.accountId).toBe("c2");
  });

  test("they answer as one edition of all does", () => {
    const at = fc.integer({ min: 0, max: crowd.length - 1 });
    const changes = fc.array(fc.record({ at, kind: fc.constantFrom("gone", "same", "renamed", "moved", "twin") }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(changes, fc.array(at, { minLength: 5, maxLength: 5 }), (made, asked) => {
        const book = bookOf(crowd);
        const now = new Map(crowd.map((entry) => [entry.id, entry]));
        for (const { at: which, kind } of made) {
          const entry = crowd[which] as AccountEntry;
          const [id, changed] = changedInto(entry, kind);
          if (changed === null) now.delete(id);
          else now.set(id, changed);
          book.change(changed === null ? { put: [], gone: [id] } : { put: [changed], gone: [] });
        }
        const whole = bookOf([...now.values()]);
        for (const which of asked) {
          const lead = { email: `x@zurax${which}.example`, company: nameOf(which), country: "DE" };
          for (const each of [lead, { ...lead, email: "x@gmail.com" }]) {
            const [ours, theirs] = [best(book, each), best(whole, each)];
            // Words of an account that is gone are known until the next edition: only what is likely is the same.
            const [confidence, expected] = [ours?.confidence ?? 0, theirs?.confidence ?? 0];
            if (expected > 0.6) {
              expect(ours?.accountId).toBe(theirs?.accountId);
              expect(Math.abs(confidence - expected)).toBeLessThan(0.1);
            } else expect(confidence).toBeLessThan(0.75);
          }
        }
      }),
      { numRuns: 60, seed: 20261130 },
    );
  });
});

function changedInto(entry: AccountEntry, kind: string): [string, AccountEntry | null] {
  if (kind === "gone") return [entry.id, null];
  if (kind === "renamed") return [entry.id, { ...entry, name: `Quorl ${entry.id} Works` }];
  if (kind === "moved") return [entry.id, { ...entry, website: `moved-${entry.id}.example` }];
  if (kind === "twin") return [`${entry.id}-twin`, { ...entry, id: `${entry.id}-twin` }];
  return [entry.id, entry];
}
