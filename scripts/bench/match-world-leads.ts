import type { AccountEntry, LeadEntry } from "../../src/engine/match/entries.ts";
import { registrableDomain, websiteHost } from "../../src/engine/normalise/domain.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { idAt, type MatchWorld } from "./match-world.ts";

type Random = () => number;
type Change = (account: AccountEntry, random: Random) => Partial<LeadEntry>;

/** Strangers are accounts far behind those that are there. */
const farBehind = 1_000_000_000;

const providers = ["gmail.com", "outlook.com", "yahoo.com", "163.com", "web.de"];
const fillers = ["", "n/a", "private", "student", "self employed"];
const pick = <T>(of: readonly T[], random: Random): T => of[Math.floor(random() * of.length)] as T;

const domainOf = ({ website }: AccountEntry): string =>
  registrableDomain(websiteHost(website) ?? "") ?? "unheard.example";
const atDomain: Change = (account) => ({ email: `kim.lee@${domainOf(account)}` });
const atProvider: Change = (_, random) => ({ email: `kim.lee@${pick(providers, random)}` });
const named: Change = ({ name }) => ({ company: name });
const placed: Change = ({ country, city }, random) => ({ country, city: random() < 0.5 ? city : null });

/** One letter is missing, doubled, another one, or has changed places with the next. */
function withSlip(name: string, random: Random): string {
  const at = 1 + Math.floor(random() * Math.max(1, name.length - 2));
  const [before, letter, next, after] = [name.slice(0, at), name[at] ?? "", name[at + 1] ?? "", name.slice(at + 2)];
  return before + pick([next, letter + letter + next, `e${next}`, next + letter], random) + after;
}

const spelledWrong: Change = ({ name }, random) => ({ company: withSlip(name ?? "", random) });
const withoutLastWord: Change = ({ name }) => ({ company: (name ?? "").split(" ").slice(0, -1).join(" ") || name });
const firstWord: Change = ({ name }) => ({ company: (name ?? "").split(" ").slice(0, 2).join(" ") });
const turnedRound: Change = ({ name }) => ({ company: (name ?? "").split(" ").toReversed().join(" ") });
const joined: Change = ({ name }) => ({ company: (name ?? "").replace(" ", "") });
const cutShort: Change = ({ name }) => ({
  company: (name ?? "")
    .split(" ")
    .map((word) => (word.length > 8 ? word.slice(0, 4) : word))
    .join(" "),
});
const otherName: Change = ({ name, otherNames }) => ({ company: otherNames[0] ?? name });
const filler: Change = (_, random) => ({ company: pick(fillers, random) });
const ownSite: Change = ({ website }) => ({ website });
const below: Change = (account) => ({ email: `kim@mail.${domainOf(account)}` });
const otherEnding: Change = (account, random) => ({
  email: `kim@${domainOf(account).split(".")[0]}.${pick(["com", "de", "io", "co.uk"], random)}`,
});

/** Kinds of leads, how many of a hundred, and how they come from an account: `isThere` false: one that nobody has. */
const kinds: readonly { kind: string; share: number; isThere: boolean; changes: readonly Change[] }[] = [
  { kind: "domain", share: 13, isThere: true, changes: [named, atDomain, placed] },
  { kind: "domain alone", share: 3, isThere: true, changes: [filler, atDomain] },
  { kind: "host below", share: 4, isThere: true, changes: [atProvider, below] },
  { kind: "website", share: 3, isThere: true, changes: [named, atProvider, ownSite] },
  { kind: "other ending", share: 5, isThere: true, changes: [named, otherEnding, placed] },
  { kind: "name", share: 8, isThere: true, changes: [named, atProvider, placed] },
  { kind: "name with a slip", share: 9, isThere: true, changes: [spelledWrong, atProvider, placed] },
  { kind: "without its last word", share: 5, isThere: true, changes: [withoutLastWord, atProvider, placed] },
  { kind: "short name", share: 3, isThere: true, changes: [firstWord, atProvider, placed] },
  { kind: "words turned round", share: 2, isThere: true, changes: [turnedRound, atProvider, placed] },
  { kind: "joined words", share: 2, isThere: true, changes: [joined, atProvider, placed] },
  { kind: "words cut short", share: 4, isThere: true, changes: [cutShort, atProvider, placed] },
  { kind: "other name", share: 3, isThere: true, changes: [otherName, atProvider, placed] },
  { kind: "stranger, own domain", share: 14, isThere: false, changes: [named, atDomain, placed] },
  { kind: "stranger", share: 10, isThere: false, changes: [named, atProvider, placed] },
  { kind: "person", share: 12, isThere: false, changes: [filler, atProvider, placed] },
];

export function createLeadMaker(accountAt: MatchWorld["accountAt"], seed: number): MatchWorld["leadAt"] {
  const dealt = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  return (index, accounts) => {
    const random = createRandom((seed * 999_983 + index) ^ 0x2545f491);
    random();
    const { kind, isThere, changes } = pick(dealt, random);
    const position = isThere ? Math.floor(random() * accounts) : farBehind + index;
    const account = accountAt(position);
    const blank = { email: null, company: null, website: null, phone: null, country: null, state: null, city: null };
    const lead: LeadEntry = { ...blank, postalCode: null };
    for (const change of changes) Object.assign(lead, change(account, random));
    return { lead, kind, accountId: isThere ? idAt(position) : null };
  };
}
