import type { Connection } from "../model/connection.ts";
import { crmProducts } from "./index.ts";

/** What people call each CRM, by its name. */
export const crmTitles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(crmProducts.map(({ name, title }) => [name, title]));

/** How a person knows a linked account, as in `Acme CRM account 145`. Asks nobody: needs no settings of the CRM. */
export const accountName = ({ crm, externalId }: Pick<Connection, "crm" | "externalId">): string =>
  `${crmTitles()[crm] ?? crm} account ${externalId}`;
