import type { RecordLinks } from "../crm.ts";
import { originOf } from "../origin-of.ts";

/** Pages of a portal's records; the numbers are HubSpot's types of contacts and companies. */
export function recordLinks({ uiHost, externalId }: { uiHost: string; externalId: string }): RecordLinks {
  const to = (type: string, id: string): string => `${originOf(uiHost)}/contacts/${externalId}/record/${type}/${id}`;
  return { lead: (id) => to("0-1", id), account: (id) => to("0-2", id) };
}
