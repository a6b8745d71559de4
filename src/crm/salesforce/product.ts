import type { CrmProduct } from "../product.ts";
import { names } from "./names.ts";
import { recordLinks } from "./record-links.ts";
import type { SalesforceSettings } from "./settings.ts";
import { variables } from "./variables.ts";

/** Salesforce in the registry. */
export const product: CrmProduct<Omit<SalesforceSettings, "publicUrl">> = {
  ...names,
  variables,
  recordLinks,
  open: async (settings) => (await import("./index.ts")).salesforce(settings),
};
