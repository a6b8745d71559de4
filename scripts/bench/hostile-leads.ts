import type { LeadEntry } from "../../src/engine/match/entries.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";

type Draw = (below: number) => number;
type Kind = (draw: Draw) => string;

const repeat = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const letters = (draw: Draw, length: number, first: number, count: number): string =>
  Array.from({ length }, () => String.fromCodePoint(first + draw(count))).join("");
const between = (draw: Draw, signs: readonly string[], text: string): string =>
  Array.from(text, (letter) => letter + (signs[draw(signs.length)] ?? "")).join("");

const longest = 30_000;
const lookAlikes: Readonly<Record<string, string>> = { a: "а", c: "с", e: "е", o: "о", p: "р", x: "х", i: "і" };

/** What nobody means well by: each makes a text from numbers that are drawn. */
const kinds: readonly Kind[] = [
  (draw) => letters(draw, longest, 0x61, 26),
  (draw) => Array.from({ length: 5_000 }, () => letters(draw, 1 + draw(8), 0x61, 26)).join(" "),
  (draw) => Array.from({ length: 300 }, () => letters(draw, 300, 0x61, 26)).join(" "),
  (draw) => Array.from({ length: 10_000 }, () => letters(draw, 1, 0x61, 26)).join(" "),
  (draw) => between(draw, ["\u202e", "\u202d", "\u2066", "\u2069", ""], letters(draw, 200, 0x61, 26)),
  (draw) => between(draw, ["\u200b", "\u200d", "\ufeff", "\u00ad", ""], letters(draw, 2_000, 0x61, 26)),
  (draw) => Array.from(letters(draw, 60, 0x61, 26), (letter) => lookAlikes[letter] ?? letter).join(""),
  (draw) => `xn--${letters(draw, 60, 0x61, 26)}.com`,
  (draw) => repeat("\u{1f469}\u200d\u{1f4bb}\u{1f3fd}", 1_000 + draw(longest)),
  (draw) => between(draw, ["\u0000", "\u0007", "\u001b"], letters(draw, 500, 0x61, 26)),
  (draw) => letters(draw, 500, 0xd800, 0x800),
  (draw) => `a${letters(draw, 10_000, 0x300, 0x70)}`,
  (draw) => letters(draw, 5_000, 0x4e00, 20_000),
  (draw) => letters(draw, 5_000, 0x30a0, 96),
  (draw) => letters(draw, 5_000, 0xac00, 11_000),
  (draw) => letters(draw, 5_000, 0x0e01, 46),
  (draw) => letters(draw, 5_000, 0x0620, 60),
  (draw) => letters(draw, 5_000, 0x0900, 100),
  (draw) => letters(draw, 300, 0xfdf0, 20),
  (draw) => letters(draw, longest, 0x30, 10),
  (draw) => `+${letters(draw, 60, 0x30, 10)}`,
  (draw) => repeat("(+-", longest - draw(100)),
  (draw) => repeat("a@", longest - draw(100)),
  (draw) => repeat("http://", longest - draw(100)),
  (draw) => repeat("a.", longest - draw(100)),
  (draw) => `${"x".repeat(draw(300))}@${repeat("b.", 400)}com`,
  (draw) => `"${repeat("\\", 1_000 + draw(1_000))}`,
  (draw) => `https://${letters(draw, 400, 0x61, 26)}.${letters(draw, 60, 0x4e00, 20_000)}/${repeat("%2e/", 5_000)}`,
  (draw) => `${letters(draw, 12, 0x61, 26)} ${repeat("gmbh ", 2_000)}`,
  (draw) => repeat("株式会社", 4 + draw(5_000)),
  () => "",
  (draw) => letters(draw, 1 + draw(12), 0x61, 26),
];

/** Of each kind; leads have them in ever other company. */
const textsOfKind = 24;

/** Leads made to hurt whoever reads them, as many as wanted; a seed gives the same ones. */
export function hostileLeads(count: number, seed: number): LeadEntry[] {
  const random = createRandom(seed);
  const below: Draw = (most) => Math.floor(random() * most);
  const texts = kinds.flatMap((kind) => Array.from({ length: textsOfKind }, () => kind(below)));
  const text = (): string => texts[below(texts.length)] ?? "";
  return Array.from({ length: count }, () => ({
    email: below(2) === 0 ? `${text()}@${text()}.com` : text(),
    company: text(),
    website: text(),
    phone: text(),
    country: below(2) === 0 ? "DE" : text(),
    state: text(),
    city: text(),
    postalCode: text(),
  }));
}
