import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import type { Line } from "../crm.ts";
import { ownersIn } from "./calls.ts";
import type { Told } from "./told.ts";

/** The events about a lead, and the calls. */
export const storyOf = (
  { requests }: SalesforceSandbox,
  { told, orgId, leadId }: { told: Told; orgId: string; leadId: string },
): Line[] => [
  ...told.events
    .filter(({ objectId }) => objectId === leadId)
    .map(({ occurredAt, key }) => ({ at: occurredAt, text: `event: ${key.split(" ").slice(2).join(" ")}` })),
  ...requests
    .list({ orgId })
    .filter(({ query, body }) => JSON.stringify([query, body ?? ""]).includes(leadId))
    .map(({ at, method, path, body, status, fault, applied }) => {
      const owner = ownersIn({ path, body }).find((lead) => lead.leadId === leadId)?.fields.OwnerId;
      const bent = fault === null ? "" : `, bent: ${fault}`;
      const own = owner === undefined ? "" : ` owner=${owner}`;
      return { at, text: `call ${method} ${path}${own}: ${status}, ${applied ? "done" : "not done"}${bent}` };
    }),
];
