import type { CrmProduct } from "../product.ts";
import { names } from "./names.ts";
import { recordId } from "./record-id.ts";
import { recordLinks } from "./record-links.ts";
import type { SalesforceSettings } from "./settings.ts";
import { variables } from "./variables.ts";

/** Salesforce in the registry. */
export const product: CrmProduct<Omit<SalesforceSettings, "publicUrl">> = {
  ...names,
  hasOneStatus: true,
  variables,
  recordLinks,
  recordId,
  open: async (settings) => (await import("./index.ts")).salesforce(settings),
};
