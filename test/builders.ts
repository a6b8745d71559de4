import { readFileSync } from "node:fs";
import { parsePolicy } from "../src/engine/parse-policy.ts";
import { plainAccount } from "../src/engine/plain-account.ts";
import type { Policy, Pool } from "../src/engine/policy.ts";
import type { LeadFacts, MatchedAccount, Shared, State, Trigger } from "../src/engine/snapshot.ts";
import type { Account, Opportunity } from "../src/model/account.ts";
import type { Lead } from "../src/model/lead.ts";
import type { Rep } from "../src/model/rep.ts";

/** A Friday morning: 10:00 in Berlin, 09:00 in London, 04:00 in New York. */
export const fridayMorning = "2026-11-20T09:00:00.000Z";

export const shippedText = readFileSync(new URL("../src/policies/default.yaml", import.meta.url), "utf8");

/** Read once: whoever builds thousands of worlds would wait for nothing else. */
const shipped = parsePolicy(shippedText);

/** The shipped policy, some parts replaced. */
export const aPolicy = (parts: Partial<Policy> = {}): Policy => ({ ...shipped, ...parts });

/** A pool of everyone, in turn. */
export const aPool = (parts: Partial<Pool> = {}): Pool => ({
  name: "all",
  teams: parts.reps === undefined && parts.groups === undefined ? ["*"] : [],
  reps: [],
  roles: [],
  tags: [],
  groups: [],
  strategy: "smooth_weighted",
  claimWithin: { T1: 2, T2: 15, T3: 60 },
  ...parts,
});

/** An active rep of DACH Sales who works the policy's hours in Berlin. */
export const aRep = (parts: Partial<Rep> = {}): Rep => ({
  id: "rep-a",
  userId: null,
  name: `Name of ${parts.id ?? "rep-a"}`,
  active: true,
  teams: ["DACH Sales"],
  timeZone: "Europe/Berlin",
  shifts: null,
  absences: [],
  ...parts,
});

/** Three reps of DACH Sales, one each of General Sales and SDR. */
export const someReps = (): Rep[] => [
  aRep({ id: "rep-a" }),
  aRep({ id: "rep-b" }),
  aRep({ id: "rep-c" }),
  aRep({ id: "rep-g", teams: ["General Sales"] }),
  aRep({ id: "rep-s", teams: ["SDR"] }),
];

export const aShared = (parts: Partial<Shared> = {}): Shared => ({
  policy: parts.policy ?? aPolicy(),
  policyVersion: 1,
  now: fridayMorning,
  reps: someReps(),
  stages: ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer"],
  timeZone: "Europe/Berlin",
  ...parts,
});

/** A German MQL with score 50 who asked for a guide (T3), and whom nobody owns. `fields` replaces single fields. */
export const aLead = (parts: Partial<Lead> = {}): Lead => ({
  id: "lead-1",
  ownerId: null,
  accountId: null,
  qualifiedAt: fridayMorning,
  createdAt: "2026-11-01T08:00:00.000Z",
  ...parts,
  fields: {
    email: "jana.muster@muster-maschinen.de",
    firstName: "Jana",
    lastName: "Muster",
    company: "Muster Maschinen GmbH",
    country: "Germany",
    score: "50",
    stage: "marketingqualifiedlead",
    source: "ORGANIC_SEARCH",
    conversion: "Guide: presses",
    "crm.baton_contact_consent": "granted",
    ...parts.fields,
  },
});

/** A company that is nobody's. */
export const anAccount = (parts: Partial<Account> = {}): Account => ({
  ...plainAccount,
  name: "Muster Maschinen GmbH",
  domains: ["muster-maschinen.de"],
  ...parts,
});

export const anOpportunity = (parts: Partial<Opportunity> = {}): Opportunity => ({
  id: "deal-1",
  name: "Pressen 2027",
  accountIds: ["account-1"],
  ownerId: "rep-c",
  isOpen: true,
  stageOrder: 1,
  stage: "qualified",
  lastActivityAt: null,
  ...parts,
});

export const aMatch = (account: Partial<Account> = {}, parts: Partial<MatchedAccount> = {}): MatchedAccount => ({
  account: anAccount(account),
  by: "email-domain",
  evidence: "muster-maschinen.de",
  rivals: [],
  ...parts,
});

export const aTrigger = (parts: Partial<Trigger> = {}): Trigger => ({
  qualifiedAt: fridayMorning,
  round: 0,
  cause: "qualified",
  breachedBy: [],
  ...parts,
});

/** Facts of a lead without account or history. */
export const someFacts = (parts: Partial<LeadFacts> = {}): LeadFacts => ({
  trigger: aTrigger(),
  lead: aLead(),
  match: null,
  noMatchBecause: parts.match ? null : "unknown-domain",
  opportunities: [],
  ownerHistory: [],
  earlierAssignment: null,
  ...parts,
});

export const aState = (parts: Partial<State> = {}): State => ({ credits: {}, load: {}, ...parts });

// What belongs to a test's own realm is found slowly there, and the laws draw millions of numbers.
const { imul } = Math;

/** A repeatable stream of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
