import { putRow } from "./create-org.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

const leadFields = `
  Baton_Qualified_At__c datetime
  Baton_Tier__c string(10)
  Baton_Rule__c string(255)
  Baton_Reason__c string(255)
  Baton_Policy_Version__c string(40)
  Baton_Trace_Url__c url
  Baton_Routed_At__c datetime
  Baton_SLA_Due_At__c datetime
  Baton_SLA_Status__c string(40)
  Baton_Decision_Id__c string(64)
  Baton_Matched_Account__c reference(Account) Baton_Matched_Account__r`;

/** A lookup to a Task cannot be made (salesforce.md §4.5 tells of the custom fields of activities): its id is a text. */
const decisionFields = `
  Name string(80)
  OwnerId reference(User,Group) Owner
  Baton_Key__c* string(64) #!
  Lead__c reference(Lead) Lead__r
  Contact__c reference(Contact) Contact__r
  Owner__c reference(User) Owner__r
  Task__c string(18)
  Due_At__c datetime
  Reason__c string(255)
  Decided_At__c datetime`;

/**
 * What the package of Baton brings into an org (salesforce.md §5.3): its fields, the object of its decisions, the channel of
 * change events and the type of its notifications. An org that has it already stays as it is.
 */
export function installPackage(org: SandboxOrg): void {
  if (org.tables.has("Baton_Decision__c")) return;
  org.addFields("Lead", leadFields);
  org.addFields("Account", "Baton_Domain__c string(255) #");
  org.addObject({ name: "Baton_Decision__c", keyPrefix: "a00", label: "Baton Decision", fields: decisionFields });
  org.channels.push({
    name: "Baton_Lead_Routing__chn",
    members: [
      { entityName: "Lead", enrichedFields: ["Status", "OwnerId"] },
      { entityName: "Contact", enrichedFields: ["OwnerId"] },
    ],
  });
  putRow(org, "CustomNotificationType", {
    ...{ DeveloperName: "Baton_Lead_Assigned", MasterLabel: "Lead assigned", IsDeleted: false },
  });
}
