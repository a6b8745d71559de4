import type { DemoCompany, DemoDeal, DemoLead, DemoWorld } from "../../demo-world.ts";
import type { Seed, SeedRecord } from "../seed.ts";
import { seedPeople } from "./people.ts";

/** The demo's world as a portal holds it, with the property that the shipped policy reads and HubSpot has not. */
export function seedOf({ people, companies, deals, leads }: DemoWorld): Seed {
  const { users, ...owners } = seedPeople(people);
  return {
    // Somebody who left still stands on records: from before they left.
    settings: { archivedOwnerWrites: "accept" },
    ...owners,
    lifecycleStages: [],
    pipelines: [],
    groups: [],
    properties: [
      {
        objectType: "contacts",
        name: "baton_do_not_route",
        label: "Do not route",
        type: "enumeration",
        fieldType: "booleancheckbox",
        groupName: "contactinformation",
        options: [
          { label: "Yes", value: "true" },
          { label: "No", value: "false" },
        ],
      },
    ],
    records: {
      users,
      companies: companies.map(companyOf),
      deals: deals.map(dealOf),
      contacts: leads.map(contactOf),
    },
  };
}

function companyOf(company: DemoCompany): SeedRecord {
  return {
    id: company.id,
    properties: filled({
      name: company.name,
      domain: company.domain,
      website: company.website,
      hs_additional_domains: company.otherDomains,
      country: company.country,
      state: company.state,
      numberofemployees: company.employees,
      hubspot_owner_id: company.ownerId,
      lifecyclestage: company.isCustomer ? "customer" : null,
      type: company.isCompetitor ? "COMPETITOR" : null,
    }),
    createdAt: company.createdAt,
    associations: [],
  };
}

function dealOf(deal: DemoDeal): SeedRecord {
  return {
    properties: filled({
      dealname: deal.name,
      dealstage: deal.isOpen ? "presentationscheduled" : "closedwon",
      hubspot_owner_id: deal.ownerId,
      amount: deal.amount,
    }),
    createdAt: deal.createdAt,
    associations: [{ to: "companies", id: deal.companyId, primary: true }],
  };
}

/** A contact before it turns MQL. */
export function contactOf(lead: DemoLead): SeedRecord & { id: string } {
  const { companyId } = lead;
  return {
    id: lead.id,
    properties: filled({
      firstname: lead.firstName,
      lastname: lead.lastName,
      email: lead.email,
      jobtitle: lead.jobTitle,
      company: lead.company,
      website: lead.website,
      country: lead.country,
      state: lead.state,
      city: lead.city,
      numemployees: lead.employees,
      hs_analytics_source: lead.source?.toUpperCase().replace(" ", "_") ?? null,
      hs_analytics_num_page_views: lead.pageViews,
      recent_conversion_event_name: lead.conversion,
      recent_conversion_date: lead.conversionAt === null ? null : new Date(lead.conversionAt).toISOString(),
      hs_analytics_last_timestamp: new Date(lead.seenAt).toISOString(),
      hubspotscore: lead.score,
      hubspot_owner_id: lead.ownerId,
      baton_do_not_route: lead.mayBeRouted ? null : "true",
    }),
    createdAt: lead.createdAt,
    associations: companyId === null ? [] : [{ to: "companies", id: companyId, primary: true }],
  };
}

function filled(properties: Record<string, string | number | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, `${value}`]])),
  );
}
