import type { DemoCompany, DemoDeal, DemoLead, DemoPerson, DemoWorld } from "../../demo-world.ts";
import { to18 } from "../ids.ts";
import type { Seed, SeedRecord } from "../parse-seed.ts";
import { houseUserId, record, seedPeople, userIdOf } from "./people.ts";

/** The status that qualifies a Lead in the demo's org. */
export const qualifyingStatus = "MQL";

/** What the org keeps of a Lead and Salesforce has no field for, as its admin made them. */
export const accountField = "Account__c";
export const scoreField = "Lead_Score__c";
export const doNotRouteField = "Do_Not_Route__c";

const queueRef = "inbound";
export const queueName = "Inbound Leads";

const accountId = (companyId: string): string => to18(`001${companyId.padStart(12, "0")}`);
const leadId = (id: string): string => to18(`00Q${id.padStart(12, "0")}`);
const campaignRef = (name: string): string => `campaign ${name}`;

/** The demo's world as an org holds it that has Baton's package. */
export function seedOf(world: DemoWorld, { installerId, now }: { installerId: string; now: number }): Seed {
  const { people, companies, deals, leads } = world;
  const seeded = seedPeople(people, installerId);
  const campaigns = [...new Set(leads.map(({ conversion }) => conversion))].filter((name) => name !== "");
  return {
    ...{ hasPackage: true, objects: [], channels: [], settings: {} },
    fields: {
      Lead: `${accountField} reference(Account) Account__r\n${scoreField} double\n${doNotRouteField} boolean`,
    },
    users: seeded.users,
    queues: [
      { ...record("Group", queueRef, { Name: queueName, Type: "Queue" }), ...{ members: [], objects: ["Lead"] } },
    ],
    records: [
      ...seeded.records,
      ...companies.map(accountOf),
      ...deals.map(opportunityOf),
      ...campaigns.map(campaignOf),
      ...leads.map((lead) => ({
        ...record("Lead", lead.id, leadFields(lead, `@${queueRef}`)),
        ...{ id: leadId(lead.id), createdAt: lead.createdAt },
      })),
      ...leads.flatMap(responseOf),
      ...leads.flatMap((lead) => handOver(lead, { people, installerId, at: now - 5 * dayMs })),
    ],
  };
}

export const idsOf = (leads: readonly DemoLead[]): string[] => leads.map(({ id }) => leadId(id));

function accountOf(company: DemoCompany): SeedRecord {
  const kind = company.isCompetitor ? "Competitor" : company.isCustomer ? "Customer - Direct" : "Prospect";
  return {
    ...record("Account", `account ${company.id}`, {
      Name: company.name,
      Website: company.website || company.domain,
      Baton_Domain__c: wholeDomains([company.domain, ...company.otherDomains.split(";")]),
      BillingCountry: company.country,
      BillingState: company.state,
      NumberOfEmployees: company.employees,
      OwnerId: company.ownerId === null ? houseUserId : userIdOf(company.ownerId),
      Type: kind,
    }),
    ...{ id: accountId(company.id), createdAt: company.createdAt },
  };
}

/** As many as the field has room for. */
function wholeDomains(domains: readonly string[]): string {
  let text = "";
  for (const domain of domains.filter((one) => one !== ""))
    if (text.length + domain.length < 255) text += `${text === "" ? "" : ";"}${domain}`;
  return text;
}

const dayMs = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function opportunityOf(deal: DemoDeal, index: number): SeedRecord {
  return {
    ...record("Opportunity", `opportunity ${index}`, {
      Name: deal.name,
      AccountId: accountId(deal.companyId),
      OwnerId: deal.ownerId === null ? houseUserId : userIdOf(deal.ownerId),
      StageName: deal.isOpen ? "Proposal" : "Closed Won",
      CloseDate: dayOf(deal.createdAt + (deal.isOpen ? 60 : 10) * dayMs),
      Amount: deal.amount,
    }),
    createdAt: deal.createdAt,
  };
}

const campaignOf = (name: string): SeedRecord =>
  record("Campaign", campaignRef(name), { Name: name, Type: "Content", Status: "In Progress", IsActive: true });

/** A Lead before it qualifies; one that is nobody's lies in the queue. */
export function leadFields(lead: DemoLead, queue: string): Record<string, unknown> {
  return {
    FirstName: lead.firstName,
    // Salesforce takes no Lead without a last name and a company; this is what it puts there itself where it must.
    LastName: lead.lastName || "[not provided]",
    Company: lead.company || "[not provided]",
    Title: lead.jobTitle,
    Email: lead.email,
    Website: lead.website,
    Country: lead.country,
    State: lead.state,
    City: lead.city,
    NumberOfEmployees: sizeOf(lead.employees),
    LeadSource: lead.source === "referrals" ? "Partner Referral" : "Web",
    OwnerId: ownerOf(lead) ?? queue,
    [accountField]: lead.companyId === null ? null : accountId(lead.companyId),
    [scoreField]: lead.score,
    [doNotRouteField]: !lead.mayBeRouted,
  };
}

function ownerOf({ givenTo, ownerId }: DemoLead): string | null {
  const person = givenTo ?? ownerId;
  return person === null ? null : userIdOf(person);
}

/** The field takes a whole number: of a range its beginning. */
function sizeOf(employees: string): number | null {
  const [digits] = /^\d[\d.,' ]*/.exec(employees.trim()) ?? [];
  if (digits === undefined) return null;
  const size = Number(digits.replaceAll(/\D/g, ""));
  return size > 0 && size < 100_000_000 ? size : null;
}

/** What somebody filled in is a campaign that they responded to. */
function responseOf(lead: DemoLead): SeedRecord[] {
  if (lead.conversion === "") return [];
  const links = { LeadId: leadId(lead.id), CampaignId: `@${campaignRef(lead.conversion)}` };
  const answer = {
    Status: "Responded",
    HasResponded: true,
    FirstRespondedDate: dayOf(lead.conversionAt ?? lead.seenAt),
  };
  return [record("CampaignMember", `response ${lead.id}`, { ...links, ...answer })];
}

type HandOver = { people: readonly DemoPerson[]; installerId: string; at: number };

/** A person gave the Lead to somebody: an owner's change is two rows, the names and the ids (salesforce.md §4.6). */
function handOver({ id, givenTo }: DemoLead, { people, installerId, at }: HandOver): SeedRecord[] {
  const person = people.find((one) => one.id === givenTo);
  if (person === undefined) return [];
  const change = { LeadId: leadId(id), Field: "Owner", DataType: "Text", CreatedById: userIdOf(installerId) };
  return [`${person.firstName} ${person.lastName}`, userIdOf(person.id)].map((NewValue, index) => ({
    ...record("LeadHistory", `hand-over ${id} ${index}`, { ...change, NewValue }),
    createdAt: at,
  }));
}
