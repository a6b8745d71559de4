import type { AccountEntry } from "../../src/engine/match/entries.ts";
import { hashText } from "../../src/engine/match/hash.ts";

const syllables = ["ka", "lor", "mé", "tish", "ven", "ød", "bru", "quin", "za", "pel", "ňo", "rax", "süd", "wy", "gol"];
const usual = [
  "Systems",
  "Foods",
  "Universität",
  "Hospital",
  "Group",
  "Logistics",
  "Bank of",
  "& Sons",
  "International",
];
export const places = [
  ["DE", "Köln"],
  ["FR", "Lyon"],
  ["JP", "Tokyo"],
  ["US", "Boston"],
] as const;

/** A word of three syllables, the same for the same number. */
export const wordOf = (number: number): string =>
  [0, 1, 2].map((at) => syllables[hashText(`${number}`, at) % syllables.length]).join("");

const nameOf = (number: number): string => {
  const common = usual[hashText(`${number}`, 7) % usual.length];
  const words = [wordOf(number), wordOf(number * 31 + 7)].map((word) => word[0]?.toUpperCase() + word.slice(1));
  return number % 3 === 0
    ? `${words[0]} ${common}`
    : `${words.join(" ")} ${common} ${["Ltd", "GmbH", ""][number % 3]}`.trim();
};

/** An account after no company, the same for the same number. */
export function accountOf(number: number): AccountEntry {
  const [country, city] = places[number % places.length] ?? ["DE", "Köln"];
  return {
    id: `a${number}`,
    name: nameOf(number),
    otherNames: [],
    website: `${wordOf(number)
      .normalize("NFKD")
      .replace(/[^a-z]/g, "")}-${number}.example`,
    otherDomains: [],
    phone: null,
    country,
    state: null,
    city,
    postalCode: null,
    parentId: null,
  };
}
