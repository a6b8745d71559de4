import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { getDomain } from "tldts";
import { registrableDomain, websiteHost } from "../../src/engine/normalise/domain.ts";
import { foldedWords } from "../../src/engine/normalise/folded-words.ts";

// Plain texts are read by a short way of their own, which must come to the same as the long one.

test("words of plain letters are those of the long way", () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(..."aBz09 &+.,'()/-_und"), fc.constantFrom(" and ", " Und ", "\t", "\u000b", "#")),
    maxLength: 24,
  });
  // A soft hyphen parts words and is no letter: behind each word it changes nothing, but is not plain.
  const longWay = (plain: string): string => plain.replace(/\S+/g, "$&\u00ad");
  fc.assert(
    fc.property(text, (plain) => {
      expect(foldedWords(plain)).toEqual(foldedWords(longWay(plain)));
    }),
    { numRuns: 5_000, seed: 20261130 },
  );
});

test("hosts that are read quickly are those of the URL parser", () => {
  const host = fc.string({ unit: fc.constantFrom(..."aZ09-...", "xn--", "0x"), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(host, fc.constantFrom("", "http://", "HTTPS://"), fc.constantFrom("", "/", "/a.b"), (given, a, b) => {
      const address = `http://${given.replace(/\.+$/, "")}/`;
      const hostname = URL.canParse(address) ? new URL(address).hostname : null;
      expect(websiteHost(a + given + b)).toBe(hostname);
    }),
    { numRuns: 5_000, seed: 20261130 },
  );
});

test("hosts that DNS cannot hold have no domain, whichever way they are read", () => {
  const label = fc.oneof(fc.constantFrom("a", "acme", "co", "uk", "de", "-a", "a-"), fc.constant("a".repeat(64)));
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 200 }), (labels, more) => {
      const host = [...Array.from({ length: more }, () => "a"), ...labels].join(".");
      expect(registrableDomain(host)).toBe(getDomain(host, { allowPrivateDomains: true }));
    }),
    { numRuns: 2_000, seed: 20261130 },
  );
});
