import type { SObject } from "../schema.ts";

/** The standard objects that Change Data Capture knows, as far as an org here has them (salesforce.md §1.2 "Which objects"). */
const standard = new Set([
  "Account",
  "Campaign",
  "CampaignMember",
  "Contact",
  "Event",
  "Lead",
  "Opportunity",
  "OpportunityContactRole",
  "Task",
  "User",
]);

/** May its changes be told? Those of the others are in no transaction's sequence either. */
export const hasChangeEvents = ({ name, custom }: SObject): boolean => custom || standard.has(name);
