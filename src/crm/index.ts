import type { Crm } from "./crm.ts";
import { hubspot } from "./hubspot/index.ts";
import type { HubspotSettings } from "./hubspot/settings.ts";

/** Every CRM that this installation speaks, made from what the environment says of each. */
export function createCrms(settings: { hubspot: HubspotSettings }) {
  return { hubspot: hubspot(settings.hubspot) } satisfies Record<string, Crm>;
}
