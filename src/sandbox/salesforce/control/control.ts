import type { RequestListener } from "node:http";
import { clockControlRoutes } from "../../control-clock.ts";
import { type ControlRoute, controlListener } from "../../control-listener.ts";
import { SalesforceError } from "../errors.ts";
import type { SalesforceState } from "../state.ts";
import { eventControlRoutes } from "./events.ts";
import { machineControlRoutes } from "./machine.ts";
import { orgOf } from "./org-route.ts";
import { orgControlRoutes } from "./orgs.ts";
import { parseRepAction } from "./parse-rep-action.ts";
import { recordControlRoutes } from "./records.ts";
import { playRep } from "./rep.ts";
import { userControlRoutes } from "./users.ts";

const repRoute: ControlRoute<SalesforceState> = {
  method: "POST",
  paths: ["/orgs/:orgId/rep"],
  about: "{action, …, by?}: plays a rep: tasks, logged activities, claimed leads, changed statuses",
  handle: (state, call) => ({ status: 200, body: playRep(orgOf(state, call), parseRepAction(call.body)) }),
};

const routes = [
  ...clockControlRoutes,
  ...machineControlRoutes,
  ...orgControlRoutes,
  ...userControlRoutes,
  ...recordControlRoutes,
  ...eventControlRoutes,
  repRoute,
];

/** The control API of this Salesforce. What the CRM itself refuses keeps Salesforce's status and body. */
export function salesforceControl(state: SalesforceState): RequestListener {
  return controlListener({
    state,
    routes,
    refusalOf: (error) => (error instanceof SalesforceError ? { status: error.status, body: error.entries } : null),
  });
}
