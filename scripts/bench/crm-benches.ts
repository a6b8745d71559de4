import type { CrmBench, CrmName } from "./crm-bench.ts";
import { hubspotBench } from "./hubspot-bench.ts";
import { salesforceBench } from "./salesforce-bench.ts";

export const crmBenches: Readonly<Record<CrmName, CrmBench>> = { hubspot: hubspotBench, salesforce: salesforceBench };
