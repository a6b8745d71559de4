import type { Connection } from "../model/connection.ts";
import type { RecordLinks } from "./crm.ts";
import { recordLinks as hubspot } from "./hubspot/record-links.ts";
import { recordLinks as salesforce } from "./salesforce/record-links.ts";

const byCrm: Readonly<Record<string, (connection: Connection) => RecordLinks>> = { hubspot, salesforce };

/** Where a person finds a connection's records in the CRM. Asks nobody: texts need neither tokens nor settings for it. */
export function recordLinks(connection: Connection): RecordLinks {
  const links = byCrm[connection.crm];
  if (links === undefined) throw new Error(`No folder of src/crm has the name ${connection.crm}.`);
  return links(connection);
}
