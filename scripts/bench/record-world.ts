import { toAccount, toLead } from "../../src/crm/hubspot/fields.ts";
import { loadMailDomains, type MailDomains } from "../../src/data/mail-domains.ts";
import type { Base } from "../../src/engine/match/base.ts";
import { buildBase } from "../../src/engine/match/build-base.ts";
import { match as matchLead } from "../../src/engine/match/match.ts";
import { settleMatch } from "../../src/engine/match/settle-match.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import type { Policy } from "../../src/engine/policy.ts";
import { policyFields } from "../../src/engine/policy-fields.ts";
import type { LeadFacts, Shared } from "../../src/engine/snapshot.ts";
import type { Account, Opportunity } from "../../src/model/account.ts";
import type { Rep } from "../../src/model/rep.ts";
import { toAccountEntry, toLeadEntry } from "../../src/pipeline/account-entries.ts";

const teams = ["DACH Sales", "UK & Nordics Sales", "North America Sales", "General Sales"];
const places = [
  { country: "Germany", state: "Bayern", city: "München", zip: "80331" },
  { country: "United Kingdom", state: "Greater London", city: "London", zip: "EC1A 1BB" },
  { country: "United States", state: "California", city: "San Francisco", zip: "94103" },
  { country: "Brazil", state: "São Paulo", city: "São Paulo", zip: "01310-100" },
];
const companyCount = 2_000;
const repsToHave = { from: 7_001 };
const hourMs = 3_600_000;

/** As many reps over four teams; every tenth is on holiday, so that somebody is passed over at each pick. */
export function repsOf(count: number, now: Date): Rep[] {
  const awayUntil = new Date(now.getTime() + 72 * hourMs).toISOString();
  const awayFrom = new Date(now.getTime() - 72 * hourMs).toISOString();
  return Array.from({ length: count }, (_, index) => ({
    id: String(repsToHave.from + index),
    userId: String(40_001 + index),
    name: `Rep Number ${index}`,
    active: true,
    teams: [teams[index % teams.length] ?? ""],
    timeZone: "Europe/Berlin",
    shifts: null,
    absences: index % 10 === 0 ? [{ startAt: awayFrom, endAt: awayUntil }] : [],
  }));
}

export const sharedOf = (policy: Policy, reps: readonly Rep[], now: Date): Shared => ({
  policy,
  policyVersion: 1,
  now: now.toISOString(),
  reps,
  stages: ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer"],
  timeZone: "Europe/Berlin",
});

export const leadIdOf = (index: number): string => String(60_000_000_001 + index);

type World = {
  policy: Policy;
  now: Date;
  mailDomains: MailDomains;
  base: Base;
  accounts: ReadonlyMap<string, Account>;
};

/** What reading gives of leads whose every property is filled: nine of ten at a known company, some of those with a deal. */
export function createFacts({ policy, now }: Pick<World, "policy" | "now">): (index: number) => LeadFacts {
  const mailDomains = loadMailDomains();
  const all = Array.from({ length: companyCount }, (_, company) => [
    accountOf(company, 0),
    accountOf(company, 1),
  ]).flat();
  const base = buildBase(
    all.map((account) => toAccountEntry(account, { otherNames: [] })),
    mailDomains,
    [1, 2],
  );
  const accounts = new Map(all.map((account) => [account.id, account]));
  const world: World = { policy, now, mailDomains, base, accounts };
  return (index) => factsOf(world, index);
}

function factsOf({ policy, now, mailDomains, base, accounts }: World, index: number): LeadFacts {
  const company = (index * 7_919) % companyCount;
  const crmFields = policyFields(policy).crm;
  const record = { id: leadIdOf(index), createdAt: ago(now, 240), properties: propertiesOf(index, company, now) };
  const lead = toLead(record.id, record, { stage: policy.qualifyingStage, crmFields });
  const entry = toLeadEntry(lead);
  const matched = matchLead(entry, { bases: [base], classes: mailDomains, weights: shippedWeights });
  const { match, noMatchBecause } = settleMatch(
    {
      ...{ lead: entry, crmAccount: null, matched, accounts, classes: mailDomains },
      ...{ haveOpportunity: new Set(), said: { is: null, not: new Set() }, isActive: () => true },
    },
    policy.matching,
  );
  return {
    trigger: { qualifiedAt: lead.qualifiedAt ?? ago(now, 0), round: 0, cause: "qualified", breachedBy: [] },
    lead,
    match,
    noMatchBecause,
    opportunities: match !== null && index % 5 === 0 ? [dealOf(index, match.account.id, now)] : [],
    ownerHistory: [],
    earlierAssignment: null,
  };
}

function propertiesOf(index: number, company: number, now: Date): Record<string, string> {
  const place = places[company % places.length];
  const domain = index % 10 === 9 ? "gmail.com" : `company-${company}-demo.com`;
  const campaign = `utm_source=newsletter&utm_medium=email&utm_campaign=autumn-fair-${index % 40}`;
  return {
    email: `firstname.lastname.${index}@${domain}`,
    firstname: "Maximiliane",
    lastname: `Mustermann-Beispiel ${index}`,
    jobtitle: "Head of Production Planning and Logistics",
    company: `Company Number ${company} Manufacturing GmbH & Co. KG`,
    website: `https://www.${domain}/about-us`,
    phone: `+49 89 1234 ${String(10_000 + (index % 90_000))}`,
    ...place,
    hs_language: "de-de",
    numemployees: String(20 + ((company * 37) % 3_000)),
    industry: "MACHINERY",
    hubspotscore: String(40 + (index % 50)),
    hs_latest_source: "EMAIL_MARKETING",
    hs_latest_source_data_1: `autumn-fair-${index % 40}`,
    recent_conversion_event_name: `Guide ${index % 12}: planning the next plant, form on the landing page`,
    recent_conversion_date: ago(now, 1),
    hs_analytics_first_url: `https://www.our-own-website-demo.com/en/landing/autumn-fair?${campaign}`,
    hs_analytics_last_url: `https://www.our-own-website-demo.com/en/products/presses/series-${index % 70}?${campaign}`,
    hs_analytics_num_page_views: String(1 + (index % 60)),
    hs_analytics_last_timestamp: ago(now, 1),
    lifecyclestage: "marketingqualifiedlead",
    hs_v2_date_entered_marketingqualifiedlead: ago(now, 0),
    hs_lead_status: "NEW",
  };
}

function accountOf(company: number, sibling: number) {
  return toAccount({
    createdAt: "2026-01-01T00:00:00.000Z",
    id: String(100_001 + company + sibling * companyCount),
    properties: {
      name: `Company Number ${company} Manufacturing GmbH & Co. KG`,
      domain: `company-${company}-demo.com`,
      country: places[company % places.length]?.country ?? "",
      numberofemployees: String(20 + ((company * 37) % 3_000)),
    },
  });
}

const dealOf = (index: number, accountId: string, now: Date): Opportunity => ({
  id: String(200_001 + index),
  name: `Presses 2027, second line ${index}`,
  accountIds: [accountId],
  // Of nobody: with an owner the deal alone would say who gets the lead, and no pick would be recorded.
  ownerId: null,
  isOpen: true,
  stageOrder: 2,
  stage: "presentationscheduled",
  lastActivityAt: ago(now, 30),
});

const ago = (now: Date, hours: number): string => new Date(now.getTime() - hours * hourMs).toISOString();
