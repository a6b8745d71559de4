import type { ChaosCrm } from "./crm.ts";
import { startHubspotChaos } from "./hubspot/index.ts";
import type { CrmOptions } from "./people-parts.ts";
import { startSalesforceChaos } from "./salesforce/index.ts";

const starters = { hubspot: startHubspotChaos, salesforce: startSalesforceChaos };

export type CrmName = keyof typeof starters;
export const crmNames = Object.keys(starters) as CrmName[];

/** Runs these CRMs. */
export async function startCrms(names: readonly CrmName[], options: CrmOptions): Promise<ChaosCrm[]> {
  const crms: ChaosCrm[] = [];
  for (const name of names) crms.push(await starters[name](options));
  return crms;
}
