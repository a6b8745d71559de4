import { product as hubspot } from "./hubspot/product.ts";
import type { CrmProduct } from "./product.ts";
import { product as salesforce } from "./salesforce/product.ts";

/** Every CRM that Baton speaks. The first is meant where nothing says which. */
export const crmProducts: readonly CrmProduct[] = [hubspot, salesforce];
