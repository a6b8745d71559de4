import { Connection } from "jsforce";
import type { NaiveAccess, NaiveClient } from "./crm-bench.ts";

const hourMs = 3_600_000;

type Found = Record<string, unknown>;

/** What common integration code does for each lead, one call after the other: the six steps of performance.md §2a. */
export function createNaiveClient({ url, accessToken, repIds }: NaiveAccess): NaiveClient {
  const connection = new Connection({ instanceUrl: url, accessToken, version: "66.0" });
  let turn = 0;
  const nextRep = (): string => repIds[turn++ % repIds.length] ?? "";

  async function first(soql: string): Promise<Found | null> {
    const { records } = await connection.query<Found>(soql);
    return records[0] ?? null;
  }

  async function ownerOfAccount(domain: string): Promise<string | null> {
    const account = await first(`SELECT Id, OwnerId FROM Account WHERE Website LIKE '%${domain}' LIMIT 1`);
    const owner = await first(`SELECT Id, IsActive FROM User WHERE Id = '${account?.OwnerId ?? nextRep()}' LIMIT 1`);
    const ownerId = String(owner?.Id ?? "");
    return repIds.includes(ownerId) ? ownerId : null;
  }

  return {
    async route(leadId) {
      const lead = await first(`SELECT Id, Email, Company, Country FROM Lead WHERE Id = '${leadId}'`);
      const domain = String(lead?.Email ?? "").split("@")[1] ?? "";
      const ownerId = (await ownerOfAccount(domain)) ?? nextRep();
      await connection.sobject("Lead").update({ Id: leadId, OwnerId: ownerId });
      const due = new Date(Date.now() + hourMs).toISOString().slice(0, 10);
      const task = await connection.sobject("Task").create({
        ...{ Subject: "Call this lead", WhoId: leadId, OwnerId: ownerId, ActivityDate: due },
      });
      await connection.sobject("Baton_Decision__c").create({
        ...{ Name: leadId, Baton_Key__c: leadId, Lead__c: leadId, Owner__c: ownerId, Task__c: task.id ?? null },
      });
    },
  };
}
