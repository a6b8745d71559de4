import type { Strategy } from "./strategy.ts";

/** A shared list: nobody is chosen. Who of the pool wants the lead takes it, by becoming its owner in the CRM. */
export const claim: Strategy = { label: "Claim from a shared list", weigh: null, choose: null };
