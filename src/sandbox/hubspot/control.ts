import type { RequestListener } from "node:http";
import { clockControlRoutes } from "../control-clock.ts";
import { controlListener } from "../control-listener.ts";
import { crmControlRoutes } from "./control-crm.ts";
import { faultControlRoutes } from "./control-faults.ts";
import { portalControlRoutes } from "./control-portals.ts";
import { webhookControlRoutes } from "./control-webhooks.ts";
import { HubspotError } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

const routes = [
  ...clockControlRoutes,
  ...faultControlRoutes,
  ...portalControlRoutes,
  ...crmControlRoutes,
  ...webhookControlRoutes,
];

/** The control API of this HubSpot. What the CRM itself refuses keeps HubSpot's status and body. */
export function hubspotControl(state: HubspotState): RequestListener {
  return controlListener({
    state,
    routes,
    refusalOf: (error) => (error instanceof HubspotError ? { status: error.status, body: error.body } : null),
  });
}
