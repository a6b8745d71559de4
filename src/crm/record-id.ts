import type { Connection } from "../model/connection.ts";
import { crmProducts } from "./index.ts";

/** An id that a person gave, as the CRM of this connection writes it. What can be no id of it stays as it is. */
export const recordId = ({ crm }: Pick<Connection, "crm">, text: string): string =>
  crmProducts.find(({ name }) => name === crm)?.recordId(text) ?? text;

/** An id that a person gave without saying of which CRM it is, as each CRM would write it. */
export const recordIds = (text: string): string[] => [
  ...new Set([text, ...crmProducts.map((product) => product.recordId(text))]),
];
