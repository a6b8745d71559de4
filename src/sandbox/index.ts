import { hubspot } from "./hubspot/index.ts";
import type { LocalCrm } from "./local-crm.ts";
import { salesforce } from "./salesforce/index.ts";

/** The local CRMs; the first is the one that is meant where nobody names one. */
export const localCrms: readonly [LocalCrm, ...LocalCrm[]] = [hubspot, salesforce];
