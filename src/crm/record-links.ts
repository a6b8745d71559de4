import type { Connection } from "../model/connection.ts";
import type { RecordLinks } from "./crm.ts";
import { crmProducts } from "./index.ts";

/** Where a person finds a connection's records in the CRM. Asks nobody: texts need neither tokens nor settings for it. */
export function recordLinks(connection: Connection): RecordLinks {
  const product = crmProducts.find(({ name }) => name === connection.crm);
  if (product === undefined) throw new Error(`No folder of src/crm has the name ${connection.crm}.`);
  return product.recordLinks(connection);
}
