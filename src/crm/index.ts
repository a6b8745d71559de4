import type { Crm } from "./crm.ts";
import { hubspot } from "./hubspot/index.ts";
import type { HubspotSettings } from "./hubspot/settings.ts";
import { salesforce } from "./salesforce/index.ts";
import type { SalesforceSettings } from "./salesforce/settings.ts";

/** What the environment says of each CRM that is set up. */
export type CrmSettings = { hubspot?: HubspotSettings; salesforce?: SalesforceSettings };

/** The CRMs that this installation speaks, by name. */
export function createCrms(settings: CrmSettings): Readonly<Record<string, Crm>> {
  const crms: Record<string, Crm> = {};
  if (settings.hubspot !== undefined) crms.hubspot = hubspot(settings.hubspot);
  if (settings.salesforce !== undefined) crms.salesforce = salesforce(settings.salesforce);
  return crms;
}
