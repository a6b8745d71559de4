import type { CrmProduct } from "../product.ts";
import { names } from "./names.ts";
import { recordId } from "./record-id.ts";
import { recordLinks } from "./record-links.ts";
import type { HubspotSettings } from "./settings.ts";
import { variables } from "./variables.ts";

/** HubSpot in the registry. */
export const product: CrmProduct<Omit<HubspotSettings, "publicUrl">> = {
  ...names,
  hasOneStatus: false,
  variables,
  recordLinks,
  recordId,
  open: async (settings) => (await import("./index.ts")).hubspot(settings),
};
