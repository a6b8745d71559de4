import { Client, DEFAULT_LIMITER_OPTIONS } from "@hubspot/api-client";
import { FilterOperatorEnum as CompanyOperator } from "@hubspot/api-client/lib/codegen/crm/companies/models/Filter.js";
import { FilterOperatorEnum as ContactOperator } from "@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js";
import { AssociationSpecAssociationCategoryEnum as Category } from "@hubspot/api-client/lib/codegen/crm/objects/notes/models/AssociationSpec.js";
import type { NaiveAccess, NaiveClient } from "./crm-bench.ts";

const noteToContact = 202;
const hourMs = 3_600_000;

/**
 * What common integration code does for each lead, one call after the other with the official SDK's typed methods,
 * its own retries and its own limiter: the eight steps of performance.md §2a.
 */
export function createNaiveClient(options: NaiveAccess): NaiveClient {
  const { crm } = new Client({
    basePath: options.url,
    accessToken: options.accessToken,
    numberOfApiCallRetries: 3,
    limiterOptions: DEFAULT_LIMITER_OPTIONS,
  });
  let turn = 0;
  const nextRep = (): string => options.repIds[turn++ % options.repIds.length] ?? "";

  async function ownerOfCompany(domain: string): Promise<string | null> {
    const found = await crm.companies.searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: "domain", operator: CompanyOperator.Eq, value: domain }] }],
      properties: ["name"],
      sorts: [],
      limit: 1,
    });
    const [company] = found.results;
    if (!company) return null;
    const { properties } = await crm.companies.basicApi.getById(company.id, ["hubspot_owner_id", "numberofemployees"]);
    return properties.hubspot_owner_id ?? null;
  }

  async function openLeadsOf(ownerId: string): Promise<number> {
    const { total } = await crm.contacts.searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: "hubspot_owner_id", operator: ContactOperator.Eq, value: ownerId }] }],
      properties: [],
      sorts: [],
      limit: 1,
    });
    return total;
  }

  async function createTask(contactId: string, ownerId: string): Promise<void> {
    const task = await crm.objects.tasks.basicApi.create({
      properties: {
        hs_timestamp: new Date(Date.now() + hourMs).toISOString(),
        hs_task_subject: "Call this lead",
        hubspot_owner_id: ownerId,
      },
    });
    await crm.associations.v4.basicApi.createDefault("tasks", task.id, "contacts", contactId);
  }

  return {
    async route(contactId) {
      const contact = await crm.contacts.basicApi.getById(contactId, ["email", "country", "hubspotscore"]);
      const domain = contact.properties.email?.split("@")[1] ?? "";
      const ownerId = (await ownerOfCompany(domain)) ?? nextRep();
      await openLeadsOf(ownerId);
      await crm.contacts.basicApi.update(contactId, { properties: { hubspot_owner_id: ownerId } });
      await createTask(contactId, ownerId);
      await crm.objects.notes.basicApi.create({
        properties: { hs_timestamp: new Date(Date.now()).toISOString(), hs_note_body: `Routed to ${ownerId}` },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: Category.HubspotDefined, associationTypeId: noteToContact }],
          },
        ],
      });
    },
  };
}
