import type { Base } from "./base.ts";
import { editsBetween } from "./edits.ts";
import type { LeadName } from "./lead-name.ts";
import { isAsLongAsInitials } from "./name-forms.ts";
import { pairInitials } from "./pair-initials.ts";
import type { WordFacts, WordReader } from "./word-facts.ts";
import type { Kinship } from "./word-likeness.ts";

/** How a lead's name and one of an account's agree. Shares are of what words tell, by their rarity; 0 to 1. */
export type NameMatch = {
  leadShare: number;
  accountShare: number;
  /** In nats: what the words tell that both have, that the lead alone has, that the account alone has. */
  common: number;
  leadOnly: number;
  accountOnly: number;
  /** All words of both, in whatever order, or the same letters. */
  isWhole: boolean;
  isJoined: boolean;
  startsAlike: boolean;
  /** 1 less the share of letters that differ when both are written without blanks; 0 for less than 0.75. */
  spelling: number;
  slips: number;
  cutShort: number;
  akin: number;
  initials: number;
  numbersDiffer: boolean;
  isAcronym: boolean;
  /** Not the account's first name. */
  isOther: boolean;
};

const none: NameMatch = {
  leadShare: 0,
  accountShare: 0,
  common: 0,
  leadOnly: 0,
  accountOnly: 0,
  isWhole: false,
  isJoined: false,
  startsAlike: false,
  spelling: 0,
  slips: 0,
  cutShort: 0,
  akin: 0,
  initials: 0,
  numbersDiffer: false,
  isAcronym: false,
  isOther: false,
};

/** Of an account's names the one that agrees most. */
export function matchNames(lead: LeadName | null, account: number, base: Base): NameMatch {
  if (lead === null) return none;
  const first = base.nameStarts[account] ?? 0;
  const end = base.nameStarts[account + 1] ?? 0;
  let best = none;
  const isAcronym = lead.initialsOf.has(account);
  for (let name = first; name < end; name += 1) {
    const found = matchName(lead, name, base);
    if (worthOf(found) > worthOf(best)) best = name === first ? found : { ...found, isOther: true };
  }
  return isAcronym && !best.isJoined ? { ...best, isAcronym } : best;
}

const worthOf = ({ leadShare, accountShare, spelling, isAcronym }: NameMatch): number =>
  leadShare + accountShare + spelling + (isAcronym ? 1 : 0);

function matchName(lead: LeadName, name: number, { words, wordStarts, reader }: Base): NameMatch {
  const others: WordFacts[] = [];
  const end = wordStarts[name + 1] ?? 0;
  let length = 0;
  for (let at = wordStarts[name] ?? 0; at < end; at += 1) {
    const facts = reader.factsOf(words[at] ?? 0);
    others.push(facts);
    length += facts.length;
  }
  const whole = { words: others, length, reader };
  const paired = pairWords(lead, whole);
  const isJoined = length === lead.joined.length && joinedOf(whole) === lead.joined;
  const commonOfLead = isJoined ? lead.nats : paired.ofLead;
  const commonOfAccount = isJoined ? paired.accountNats : paired.ofAccount;
  const leadShare = lead.nats === 0 ? 0 : commonOfLead / lead.nats;
  const accountShare = paired.accountNats === 0 ? 0 : commonOfAccount / paired.accountNats;
  return {
    leadShare,
    accountShare,
    common: commonOfLead,
    leadOnly: lead.nats - commonOfLead,
    accountOnly: paired.accountNats - commonOfAccount,
    isWhole: leadShare > nearlyAll && accountShare > nearlyAll,
    isJoined,
    startsAlike: isJoined || paired.startsAlike,
    spelling: isJoined ? 1 : spellingOf(lead.joined, whole),
    slips: paired.kinships.slip,
    cutShort: paired.kinships.short,
    akin: paired.kinships.akin,
    initials: paired.kinships.initials,
    numbersDiffer: differ(lead.numbers, whole),
    isAcronym: !isJoined && isAcronym(lead, whole),
    isOther: false,
  };
}

/** One of an account's names; its texts are read only where its words' ends do not tell enough. */
type AccountName = { words: readonly WordFacts[]; length: number; reader: WordReader };

const joinedOf = ({ words, reader }: AccountName): string =>
  words.reduce((text, word) => text + reader.textOf(word), "");

const isAcronym = ({ acronyms }: LeadName, name: AccountName): boolean =>
  acronyms.size > 0 && isAsLongAsInitials(name.length) && acronyms.has(joinedOf(name));

const nearlyAll = 0.999;

type Paired = {
  ofLead: number;
  ofAccount: number;
  accountNats: number;
  startsAlike: boolean;
  kinships: Record<Kinship, number>;
};

/** Of what initials stand for. */
const ofInitials = 0.8;

/** Each of the lead's words with the most like of the account's that is left. */
function pairWords(lead: LeadName, name: AccountName): Paired {
  const { words } = lead;
  const others = name.words;
  const paired = {
    ofLead: 0,
    ofAccount: 0,
    accountNats: 0,
    startsAlike: false,
    kinships: { same: 0, slip: 0, short: 0, akin: 0, initials: 0 },
  };
  for (const { nats } of others) paired.accountNats += nats;
  // A bit for each of the account's words, which are 24 at most.
  let taken = 0;
  const lone: number[] = [];
  for (const [place, word] of words.entries()) {
    let best = -1;
    let degree = 0;
    let kinship: Kinship = "same";
    for (const [at, other] of others.entries()) {
      if (degree === 1) break;
      const likeness = (taken & (1 << at)) === 0 ? word.likenessTo(other) : null;
      if (likeness === null || likeness.degree <= degree) continue;
      ({ degree, kinship } = likeness);
      best = at;
    }
    if (best === -1) {
      lone.push(place);
      continue;
    }
    taken |= 1 << best;
    paired.ofLead += degree * word.nats;
    paired.ofAccount += degree * (others[best]?.nats ?? 0);
    paired.kinships[kinship] += 1;
    if (place === 0 && best === 0) paired.startsAlike = true;
  }
  const stood = lone.length === 0 ? null : pairInitials(lead, { lone, others, taken }, name.reader);
  if (stood !== null) {
    for (const place of stood.ofLead) paired.ofLead += ofInitials * (words[place]?.nats ?? 0);
    for (const at of stood.ofAccount) paired.ofAccount += ofInitials * (others[at]?.nats ?? 0);
    paired.kinships.initials += Math.max(stood.ofLead.length, stood.ofAccount.length);
  }
  return paired;
}

const mostOfSpelling = 0.25;

/** Of names that begin and end otherwise it is not worked out: two slips just there are rarer than strangers. */
function spellingOf(own: string, name: AccountName): number {
  const longer = Math.max(own.length, name.length);
  const most = Math.floor(longer * mostOfSpelling);
  if (Math.abs(own.length - name.length) > most) return 0;
  const isOtherStart = own.charCodeAt(0) !== name.words[0]?.first;
  if (isOtherStart && own.charCodeAt(own.length - 1) !== name.words.at(-1)?.last) return 0;
  const edits = editsBetween(own, joinedOf(name), most);
  return edits > most ? 0 : 1 - edits / longer;
}

function differ(own: readonly string[], { words, reader }: AccountName): boolean {
  const theirs = words.filter(({ isNumber }) => isNumber);
  if (own.length === 0 || theirs.length === 0) return own.length !== theirs.length;
  const texts = theirs.map(reader.textOf);
  return own.some((each) => !texts.includes(each)) || texts.some((each) => !own.includes(each));
}
