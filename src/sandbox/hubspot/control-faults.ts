import { readFault } from "../control-faults.ts";
import { ControlError, isObject, number, optional, readFields, share, text } from "../control-input.ts";
import { type ControlCall, type ControlRoute, listAnswer } from "../control-listener.ts";
import type { Answer } from "../http.ts";
import { listFilter } from "./control-route.ts";
import { type Fault, faultKinds } from "./faults.ts";
import type { HubspotState } from "./sandbox.ts";

const none: Answer = { status: 204 };

/** Clock, faults, limits, latency, tokens and the requests seen. */
export const faultControlRoutes: ControlRoute<HubspotState>[] = [
  {
    method: "POST",
    paths: ["/faults"],
    about:
      "{route, kind, status?, delayMs?, retryAfter?, times?, probability?, portalId?, record?, category?, rows?, containing?}: sets a fault",
    handle: (state, { body }) => ({ status: 201, body: state.faults.add(parseFault(body)) }),
  },
  {
    method: "GET",
    paths: ["/limits"],
    about: "the rate windows",
    handle: (state) => ({ status: 200, body: state.limits.settings }),
  },
  {
    method: "PATCH",
    paths: ["/limits"],
    about: "{burst?: {max?, windowMs?}, search?: {max?, windowMs?}}: changes the rate windows",
    handle: changeLimits,
  },
  {
    method: "POST",
    paths: ["/limits/reset"],
    about: "empties the windows and ends a used-up daily limit",
    handle(state) {
      state.limits.reset();
      return none;
    },
  },
  {
    method: "POST",
    paths: ["/limits/exhaust-daily"],
    about: "{portalId}: DAILY 429s until midnight of the portal's time zone",
    handle(state, { body }) {
      const fields = readFields(body);
      const portalId = fields.need("portalId", number);
      fields.check();
      const portal = state.portals.get(portalId);
      if (!portal) throw new ControlError(404, `There is no portal ${portalId}`);
      return { status: 200, body: { until: state.limits.exhaustDaily(portal) } };
    },
  },
  {
    method: "PATCH",
    paths: ["/tokens"],
    about: "{lifetimeSeconds}: how long new access tokens live",
    handle(state, { body }) {
      const fields = readFields(body);
      const lifetimeSeconds = fields.need("lifetimeSeconds", number);
      fields.check();
      state.tokens.settings.lifetimeSeconds = lifetimeSeconds;
      return { status: 200, body: { lifetimeSeconds } };
    },
  },
  {
    method: "POST",
    paths: ["/tokens/expire"],
    about: "{portalId?}: ends the access tokens of one portal, or all",
    handle(state, { body }) {
      const fields = readFields(body);
      const portalId = fields.maybe("portalId", number);
      fields.check();
      return { status: 200, body: { expired: state.tokens.expire(portalId === undefined ? {} : { portalId }) } };
    },
  },
  {
    method: "GET",
    paths: ["/requests"],
    about: "?since=&portalId=&limit=: every request received, oldest first; `since` is the last id seen",
    handle: listRequests,
  },
];

/** Reads a fault; throws one 400 with all that is wrong. */
function parseFault(body: unknown): Fault {
  const fields = readFields(body);
  const fault: Fault = {
    ...readFault(fields, faultKinds),
    ...optional(fields, "portalId", number),
    ...optional(fields, "category", text),
    ...optional(fields, "rows", share),
    ...optional(fields, "containing", text),
  };
  fields.check();
  return fault;
}

function changeLimits({ limits }: HubspotState, { body }: ControlCall): Answer {
  if (!isObject(body)) throw new ControlError(400, "the body must be an object");
  const changed = { burst: limits.settings.burst, search: limits.settings.search };
  for (const name of ["burst", "search"] as const) {
    if (body[name] === undefined) continue;
    const fields = readFields(body[name]);
    const { max, windowMs } = changed[name];
    changed[name] = { max: fields.maybe("max", number) ?? max, windowMs: fields.maybe("windowMs", number) ?? windowMs };
    fields.check();
  }
  Object.assign(limits.settings, changed);
  return { status: 200, body: limits.settings };
}

function listRequests({ requests }: HubspotState, { query }: ControlCall): Answer {
  return listAnswer(requests.list(listFilter(query)), query);
}
