/** What a demo's company has and does, in the words of no CRM. Ids are digits; times are epoch ms. */
export type DemoWorld = {
  people: readonly DemoPerson[];
  companies: readonly DemoCompany[];
  deals: readonly DemoDeal[];
  /** In the order in which they qualify. */
  leads: readonly DemoLead[];
};

export type DemoPerson = {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  /** Names of teams, the first their own; the default policy's pools are made of them. */
  teams: readonly string[];
  /** IANA. */
  timeZone: string;
  away: { from: number; to: number } | null;
  /** Left the company, and still stands on companies as their owner. */
  left: boolean;
};

export type DemoCompany = {
  id: string;
  name: string;
  domain: string;
  website: string;
  /** Its other domains, ";" between two; "": none. */
  otherDomains: string;
  country: string;
  /** "": not known. */
  state: string;
  employees: number | null;
  /** A person's id. */
  ownerId: string | null;
  isCustomer: boolean;
  isCompetitor: boolean;
  createdAt: number;
};

export type DemoDeal = {
  companyId: string;
  name: string;
  ownerId: string | null;
  /** Else it was won. */
  isOpen: boolean;
  amount: number | null;
  createdAt: number;
};

/** Somebody who may buy. Of texts "" is what is not known. */
export type DemoLead = {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string;
  /** As the person typed it. */
  company: string;
  website: string;
  country: string;
  state: string;
  city: string;
  /** A number or a range, as the person chose it. */
  employees: string;
  source: DemoSource | null;
  pageViews: number | null;
  /** What they filled in last, and when. */
  conversion: string;
  conversionAt: number | null;
  seenAt: number;
  score: number | null;
  mayBeRouted: boolean;
  /** Whom it belongs to, by an import. */
  ownerId: string | null;
  /** Whom a person gave it to lately, inside the CRM. */
  givenTo: string | null;
  /** The company that the CRM itself links it to. */
  companyId: string | null;
  createdAt: number;
};

export const demoSources = [
  "organic search",
  "paid search",
  "email marketing",
  "social media",
  "referrals",
  "direct traffic",
] as const;

export type DemoSource = (typeof demoSources)[number];
