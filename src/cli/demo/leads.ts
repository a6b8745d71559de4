import { type DemoLead, demoSources } from "../../sandbox/demo-world.ts";
import type { Company, CompanyKind } from "./companies.ts";
import { activeReps } from "./reps.ts";

/** What is special about a lead; each shows another part of the policy. */
export const leadKinds = [
  "hand-raiser",
  "owned",
  "deal",
  "customer",
  "known-company",
  "unknown-domain",
  "free-mail",
  "near-miss",
  "name-only",
  "prior-owner",
  "human-owner",
  "no-email",
  "ghost",
  "no-country",
  "twin",
  "no-score",
  "nurture",
  "competitor",
  "do-not-route",
] as const;
export type LeadKind = (typeof leadKinds)[number];

/** After one of each kind: how often each comes in a hundred or so. */
const weights: Partial<Record<LeadKind, number>> = {
  "hand-raiser": 14,
  owned: 12,
  deal: 8,
  customer: 7,
  "known-company": 24,
  "unknown-domain": 14,
  "free-mail": 4,
  "near-miss": 6,
  "name-only": 3,
  "no-email": 2,
  ghost: 4,
  "no-country": 3,
  "prior-owner": 3,
  "no-score": 2,
  nurture: 3,
};

const firstNames =
  "Lena|Paul|Nora|Felix|Ida|Emil|Clara|Jakob|Amelia|Harry|Elsa|Nils|Maeve|Rory|Emma|Noah|Ava|Liam|Zoe|Ethan|Yuki|Mateo|Aisha|Arjun|Lucia|Kofi|Mei|Pedro";
const lastNames =
  "Fischer|Krause|Sommer|Hofer|Steiner|Baumann|Clarke|Bennett|Larsson|Nielsen|Murphy|Walsh|Carter|Nguyen|Patel|Brooks|Sanders|Tanaka|Silva|Khan|Okafor|Moreau|Rossi|Kowalski";
const jobs =
  "Head of Operations|Plant Manager|VP Engineering|Automation Lead|Purchasing Manager|COO|Process Engineer|Founder";
const contents = ["Guide: robot cells", "Webinar: pick and place", "ROI calculator", "Case study: packaging"];
const handRaises = ["Demo request", "Contact sales", "Pricing page form"];
const countries = ["Germany", "United Kingdom", "United States", "Canada", "France", "Austria", "Sweden", "Australia"];
const freeMail = ["gmail.com", "gmx.de", "outlook.com", "yahoo.com"];

const companyKinds: Partial<Record<LeadKind, readonly CompanyKind[]>> = {
  "hand-raiser": ["free", "owned", "customer"],
  owned: ["owned"],
  deal: ["deal"],
  customer: ["customer"],
  "known-company": ["free"],
  "no-email": ["free"],
  "near-miss": ["owned", "customer"],
  "name-only": ["owned"],
  ghost: ["ghost"],
  twin: ["twin"],
  competitor: ["competitor"],
  "prior-owner": ["free"],
  "human-owner": ["free"],
  "no-score": ["free"],
};

const dayMs = 86_400_000;

/** Kinds of leads without end: one of each first, then as often as they are in life. */
export function createKinds(random: () => number): () => LeadKind {
  const deck = Object.entries(weights).flatMap(([kind, count]) =>
    leadKinds.filter((known) => known === kind).flatMap((known) => new Array<LeadKind>(count).fill(known)),
  );
  const first = shuffled([...leadKinds, "hand-raiser", "known-company", "known-company", "owned"] as const, random);
  return () => first.pop() ?? pick(deck, random);
}

/** One lead. `index` makes its id and its name, and keeps its address from being anybody else's. */
export function makeLead(
  index: number,
  kind: LeadKind,
  world: { list: readonly Company[]; random: () => number; startAt: number },
): DemoLead {
  const { random, startAt } = world;
  const fitting = world.list.filter((company) => companyKinds[kind]?.includes(company.kind));
  const company = fitting.length === 0 ? null : pick(fitting, random);
  const [firstName, lastName] = [pick(firstNames.split("|"), random), pick(lastNames.split("|"), random)];
  const country = company?.country ?? pick(countries, random);
  const domain = domainOf(kind, { company, lastName, random });
  const owned = pick(activeReps, random).id;
  // Chance is drawn in this order: another one would be another demo.
  const lead = {
    ...{ id: String(50_001 + index), firstName, lastName, jobTitle: pick(jobs.split("|"), random) },
    company: companyName(kind, { company, lastName, random }),
    country: kind === "no-country" || kind === "name-only" ? "" : country,
    state: kind === "name-only" ? "" : (company?.state ?? ""),
    ...{ website: "", city: "", source: pick(demoSources, random), pageViews: 1 + Math.floor(random() * 20) },
    ...engagement(kind, random, startAt),
    email: kind === "no-email" ? "" : `${firstName}.${lastName}.${index}@${domain}`.toLowerCase(),
    ownerId: kind === "prior-owner" ? owned : null,
    givenTo: kind === "human-owner" ? owned : null,
    mayBeRouted: kind !== "do-not-route",
    employees: company === null ? pick(["1-50", "120", "800", "2000+", ""], random) : "",
  };
  const isUnknown = kind === "near-miss" || kind === "name-only";
  const isLinked = company !== null && !isUnknown && (kind === "no-email" || kind === "twin" || random() < 0.5);
  const createdAt = startAt - Math.ceil(random() * 40) * dayMs - 40 * dayMs;
  return { ...lead, companyId: isLinked ? company.id : null, createdAt };
}

type Origin = { company: Company | null; lastName: string; random: () => number };

function domainOf(kind: LeadKind, { company, lastName, random }: Origin): string {
  if (kind === "free-mail" || kind === "near-miss" || kind === "name-only") return pick(freeMail, random);
  return company?.domain ?? `${lastName}-works-demo.com`;
}

/** As the person types it: of a near miss with a slip, in capitals, or with a legal form that the CRM does not have. */
function companyName(kind: LeadKind, { company, lastName, random }: Origin): string {
  if (company === null) return kind === "free-mail" ? "" : `${lastName} Works`;
  if (kind !== "near-miss") return company.name;
  return pick([withSlip, withLegalForm, inCapitals], random)(company.name);
}

/** Two letters of the first word change places. */
const withSlip = (name: string): string => name.replace(/^(\w{2})(\w)(\w)/, "$1$3$2");
const withLegalForm = (name: string): string => `${name} Ltd.`;
const inCapitals = (name: string): string => name.toUpperCase().replace("&", "AND");

/** Score and doings: what the tier is made of. */
function engagement(
  kind: LeadKind,
  random: () => number,
  startAt: number,
): Pick<DemoLead, "seenAt" | "conversion" | "conversionAt" | "score"> {
  const seenAt = startAt - Math.floor(random() * 6 * dayMs) - 60_000;
  const conversion = kind === "hand-raiser" ? pick(handRaises, random) : pick(contents, random);
  const draw = random();
  const score =
    kind === "nurture" ? 10 + draw * 25 : draw < 0.2 ? 80 + draw * 90 : draw < 0.6 ? 60 + draw * 30 : 40 + draw * 15;
  return { seenAt, conversion, conversionAt: seenAt, score: kind === "no-score" ? null : Math.round(score) };
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function pick<T>(list: readonly T[], random: () => number): T {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}
