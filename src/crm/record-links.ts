import type { Connection } from "../model/connection.ts";
import type { RecordLinks } from "./crm.ts";
import { recordLinks as hubspot } from "./hubspot/record-links.ts";

const byCrm: Readonly<Record<Connection["crm"], (connection: Connection) => RecordLinks>> = { hubspot };

/** Where a person finds a connection's records in the CRM. Asks nobody: texts need neither tokens nor settings for it. */
export const recordLinks = (connection: Connection): RecordLinks => byCrm[connection.crm](connection);
