import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { loadMailDomains } from "../../../src/data/mail-domains.ts";
import { openBase } from "../../../src/engine/match/base.ts";
import { buildBase } from "../../../src/engine/match/build-base.ts";
import { checksumOf } from "../../../src/engine/match/checksum.ts";
import type { AccountEntry, LeadEntry } from "../../../src/engine/match/entries.ts";
import { match } from "../../../src/engine/match/match.ts";
import { packBase, unpackBase } from "../../../src/engine/match/pack-base.ts";
import { shippedWeights } from "../../../src/engine/match/shipped-weights.ts";

// A base as one piece of bytes: it answers as before, wherever it is opened, and bytes that differ are refused.

const classes = loadMailDomains();
const seed = [20261130, 11] as const;

const someText = (...texts: string[]) => fc.option(fc.constantFrom(...texts), { nil: null });
const name = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("Brennholz", "Kestrel", "Wexum", "Oriole", "Universität", "株式会社ホシゾラ工業"),
      fc.constantFrom("Laser", "Foods", "Shipping", "München", "3", ""),
      fc.constantFrom("GmbH", "Ltd", "Inc.", ""),
    )
    .map((words) => words.join(" ")),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const domain = someText("brennholz.example", "www.kestrel.com", "shop.wexum.co.uk", "gmail.com", "oriole.de", "x");
const place = {
  phone: someText("+49 89 5550 1230", "+1 617 555 0100"),
  country: someText("DE", "United States", "Nowhere"),
  state: someText("MA", "Bayern"),
  city: someText("München", "Boston"),
  postalCode: someText("80331", "02108"),
};
const account: fc.Arbitrary<AccountEntry> = fc.record({
  id: fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.string({ unit: "binary", minLength: 1, maxLength: 4 })),
  name: fc.option(name, { nil: null }),
  otherNames: fc.array(name, { maxLength: 2 }),
  website: domain,
  otherDomains: fc.constant([]),
  parentId: fc.option(fc.integer({ min: 0, max: 40 }).map(String), { nil: null }),
  ...place,
});
const lead: fc.Arbitrary<LeadEntry> = fc.record({
  email: someText("kim@brennholz.example", "lou@gmail.com", "ray@mail.oriole.de"),
  company: fc.option(name, { nil: null }),
  website: domain,
  ...place,
});
const accounts = fc.array(account, { maxLength: 30 });

const madeBy = "1.0";

test("a packed base gives the same matches, ids and parents", () => {
  fc.assert(
    fc.property(accounts, fc.array(lead, { maxLength: 8 }), (entries, leads) => {
      const base = buildBase(entries, classes, seed);
      const { base: again } = unpackBase(packBase(base, madeBy), madeBy);
      if (again === null) throw new Error("it was refused");
      const matcher = { classes, weights: shippedWeights };
      for (const each of leads)
        expect(match(each, { ...matcher, bases: [again] })).toEqual(match(each, { ...matcher, bases: [base] }));
      const known = [...new Set(entries.map(({ id }) => id))];
      expect(known.map((id) => again.positionOf(id))).toEqual(known.map((_, at) => at));
      expect(known.map((_, at) => again.idOf(at))).toEqual(known);
      const firstOf = new Map(entries.toReversed().map((entry) => [entry.id, entry]));
      const parents = known.map((id) => firstOf.get(id)?.parentId ?? null);
      expect(known.map((_, at) => again.parentOf(at))).toEqual(
        parents.map((id) => (id === null ? -1 : known.indexOf(id))),
      );
      expect([again.positionOf("nobody's"), again.idOf(known.length), again.size]).toEqual([-1, "", known.length]);
    }),
    { numRuns: 150, seed: 20261130 },
  );
}, 60_000);

const anAccount: AccountEntry = {
  ...{ id: "7", name: "Brennholz Lasertechnik GmbH", otherNames: ["Brennholz"], website: "brennholz.example" },
  ...{ otherDomains: [], phone: "+49 89 5550 1230", country: "DE", state: null, city: "München" },
  ...{ postalCode: "80331", parentId: null },
};
const packed = packBase(buildBase([anAccount, { ...anAccount, id: "8", parentId: "7" }], classes, seed), madeBy);

test("any byte that differs and any byte that is missing is refused", () => {
  const byteAndBit = fc.tuple(fc.integer({ min: 0, max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(byteAndBit, ([at, flip]) => {
      const damaged = packed.slice();
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      expect(unpackBase(damaged, madeBy).base).toBeNull();
    }),
    { numRuns: 3_000, seed: 20261130 },
  );
  for (let length = 0; length < packed.length; length += 1)
    expect(unpackBase(packed.subarray(0, length), madeBy).base).toBeNull();
}, 60_000);

describe("what is refused is told apart", () => {
  const changed = (at: number): Uint8Array => {
    const bytes = packed.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  test.each([
    ["nothing", new Uint8Array(0), madeBy, "not-a-base"],
    ["something else", new TextEncoder().encode("account_id,name,website\n".repeat(40)), madeBy, "not-a-base"],
    ["another version's", packed, "1.1", "other-version"],
    ["one cut short", packed.subarray(0, packed.length - 8), madeBy, "incomplete"],
    ["one with more behind it", Uint8Array.from([...packed, 0]), madeBy, "incomplete"],
    ["one with a byte changed", changed(packed.length - 1), madeBy, "damaged"],
    ["one whose checksum was changed", changed(4), madeBy, "damaged"],
  ])("%s", (_, bytes, version, because) => {
    expect(unpackBase(bytes, version)).toEqual({ base: null, refusedBecause: because });
  });
});

test("bytes that begin at an odd place of their buffer are read all the same", () => {
  const shifted = new Uint8Array(packed.length + 3);
  shifted.set(packed, 3);
  expect(unpackBase(shifted.subarray(3), madeBy).base?.idOf(1)).toBe("8");
});

test("its arrays are opened by another thread, which they may be moved to", () => {
  const { sections } = buildBase([anAccount], classes, seed);
  const buffers = Object.values(sections).map(({ buffer }) => buffer as ArrayBuffer);
  const moved = structuredClone(sections, { transfer: buffers });
  expect(buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
  const matched = match(
    { ...anAccount, email: null, company: "Brennholz" },
    { bases: [openBase(moved)], classes, weights: shippedWeights },
  );
  expect(matched.best?.accountId).toBe("7");
});

test("it may be packed into memory that threads share", () => {
  const { base } = unpackBase(packed, madeBy);
  if (base === null) throw new Error("it was refused");
  const shared = packBase(base, madeBy, (bytes) => new SharedArrayBuffer(bytes));
  expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(unpackBase(shared, madeBy).base?.sections.words.buffer).toBe(shared.buffer);
});

/** Who changes this sum changes what bases are made of: raise `format` in pack-base.ts, so that kept ones are made anew. */
test("the same accounts make the same bytes", () => {
  const entries = [
    ...["The Kestrel & Vane Instruments Inc.", "Universität Köln", "ООО Ромашка"].map((name, at) => ({
      ...anAccount,
      ...{ id: `${at}`, name, website: `https://shop.wexum${at}.co.uk/x`, otherDomains: ["gmail.com"] },
    })),
    { ...anAccount, id: "3", parentId: "0", country: "United States", state: "Ohio", phone: "(614) 555 0100" },
  ];
  expect(checksumOf(new Uint32Array(packBase(buildBase(entries, classes, seed), madeBy).buffer))).toBe(634113084);
});

test.each([
  [0, 0x02cc5d05],
  [1, 0x08d6d969],
  [4, 0xf6025268],
  [5, 0xda94d408],
  [11, 0x98fb94bc],
])("the checksum of %i words is that of xxHash32's own program", (length, sum) => {
  expect(checksumOf(Uint32Array.from({ length }, (_, at) => Math.imul(at, 2654435761)))).toBe(sum);
});
