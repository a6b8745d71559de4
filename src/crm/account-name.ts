import type { Connection } from "../model/connection.ts";
import { names as hubspot } from "./hubspot/names.ts";
import { names as salesforce } from "./salesforce/names.ts";

const titles: ReadonlyMap<string, string> = new Map([hubspot, salesforce].map(({ name, title }) => [name, title]));

/** How a person knows a linked account, as in `HubSpot account 145`. Asks nobody: needs no settings of the CRM. */
export const accountName = ({ crm, externalId }: Pick<Connection, "crm" | "externalId">): string =>
  `${titles.get(crm) ?? crm} account ${externalId}`;
