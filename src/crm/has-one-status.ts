import { crmProducts } from "./index.ts";

/** Whether a CRM, by its name, has one field for a lead's stage and its status. */
export const hasOneStatus = (crm: string): boolean =>
  crmProducts.find(({ name }) => name === crm)?.hasOneStatus ?? false;
