import type { RecordLinks } from "../crm.ts";
import { originOf } from "../origin-of.ts";

/** Pages of an org's records in Lightning, which are served from a host beside that of the API. */
export function recordLinks({ uiHost }: { uiHost: string }): RecordLinks {
  const origin = originOf(uiHost.replace(/\.my\.salesforce\.com$/, ".lightning.force.com"));
  const to = (object: string, id: string): string => `${origin}/lightning/r/${object}/${id}/view`;
  return { lead: (id) => to("Lead", id), account: (id) => to("Account", id) };
}
