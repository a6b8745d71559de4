import type { RequestListener } from "node:http";
import { clockControlRoutes } from "../../control-clock.ts";
import { controlListener } from "../../control-listener.ts";
import { SalesforceError } from "../errors.ts";
import type { SalesforceState } from "../state.ts";
import { actionControlRoutes } from "./actions.ts";
import { eventControlRoutes } from "./events.ts";
import { installationControlRoutes } from "./installations.ts";
import { loginControlRoutes } from "./login.ts";
import { machineControlRoutes } from "./machine.ts";
import { orgControlRoutes } from "./orgs.ts";
import { recordControlRoutes } from "./records.ts";
import { tokenControlRoutes } from "./tokens.ts";
import { userControlRoutes } from "./users.ts";

const routes = [
  ...clockControlRoutes,
  ...machineControlRoutes,
  ...tokenControlRoutes,
  ...loginControlRoutes,
  ...installationControlRoutes,
  ...orgControlRoutes,
  ...userControlRoutes,
  ...recordControlRoutes,
  ...eventControlRoutes,
  ...actionControlRoutes,
];

/** The control API of this Salesforce. What the CRM itself refuses keeps Salesforce's status and body. */
export function salesforceControl(state: SalesforceState): RequestListener {
  return controlListener({
    state,
    routes,
    refusalOf: (error) => (error instanceof SalesforceError ? { status: error.status, body: error.entries } : null),
  });
}
