import type { Connection } from "../model/connection.ts";
import { crmProducts } from "./index.ts";

const titles: ReadonlyMap<string, string> = new Map(crmProducts.map(({ name, title }) => [name, title]));

/** How a person knows a linked account, as in `Acme CRM account 145`. Asks nobody: needs no settings of the CRM. */
export const accountName = ({ crm, externalId }: Pick<Connection, "crm" | "externalId">): string =>
  `${titles.get(crm) ?? crm} account ${externalId}`;
