import { ControlError, isObject, number, oneOf, readFields, share, text } from "./control-input.ts";
import { type ControlCall, type ControlRoute, listFilter, queryNumber } from "./control-route.ts";
import { type Fault, faultKinds } from "./faults.ts";
import type { Answer } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

const none: Answer = { status: 204 };

/** Clock, faults, limits, latency, tokens and the requests seen. */
export const faultControlRoutes: ControlRoute[] = [
  {
    method: "GET",
    paths: ["/clock"],
    about: "the sandbox's time",
    handle: (state) => clockAnswer(state),
  },
  {
    method: "POST",
    paths: ["/clock/advance"],
    about: "{ms}: moves the clock forward at once and runs what falls due",
    handle(state, { body }) {
      const fields = readFields(body);
      const ms = fields.need("ms", number);
      fields.check();
      state.clock.advance(ms);
      return clockAnswer(state);
    },
  },
  {
    method: "POST",
    paths: ["/clock/speed"],
    about: "{speed}: seconds of the sandbox per real second; 0 stops the clock",
    handle(state, { body }) {
      const fields = readFields(body);
      const speed = fields.need("speed", number);
      fields.check();
      state.clock.setSpeed(speed);
      return clockAnswer(state);
    },
  },
  {
    method: "GET",
    paths: ["/faults"],
    about: "the faults that are set",
    handle: (state) => ({ status: 200, body: { results: state.faults.list() } }),
  },
  {
    method: "POST",
    paths: ["/faults"],
    about:
      "{route, kind, status?, delayMs?, retryAfter?, times?, probability?, portalId?, record?, category?, rows?, containing?}: sets a fault",
    handle: (state, { body }) => ({ status: 201, body: state.faults.add(parseFault(body)) }),
  },
  {
    method: "DELETE",
    paths: ["/faults"],
    about: "removes all faults",
    handle(state) {
      state.faults.clear();
      return none;
    },
  },
  {
    method: "DELETE",
    paths: ["/faults/:faultId"],
    about: "removes one fault",
    handle(state, { params }) {
      if (!state.faults.remove(params.faultId ?? ""))
        throw new ControlError(404, `There is no fault ${params.faultId}`);
      return none;
    },
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
    method: "PUT",
    paths: ["/latency"],
    about: "{readMs: [least, most], writeMs: [least, most]}: how long answers take",
    handle: changeLatency,
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
  {
    method: "DELETE",
    paths: ["/requests"],
    about: "forgets the requests",
    handle(state) {
      state.requests.clear();
      return none;
    },
  },
];

function clockAnswer({ clock }: HubspotState): Answer {
  const now = clock.now();
  return { status: 200, body: { now, iso: new Date(now).toISOString() } };
}

/** Reads a fault; throws one 400 with all that is wrong. */
function parseFault(body: unknown): Fault {
  const fields = readFields(body);
  const fault: Fault = { route: fields.need("route", text), kind: fields.need("kind", oneOf(faultKinds)) };
  for (const name of ["id", "record", "category"] as const) {
    const value = fields.maybe(name, text);
    if (value !== undefined) fault[name] = value;
  }
  for (const name of ["status", "delayMs", "retryAfter", "times", "portalId"] as const) {
    const value = fields.maybe(name, number);
    if (value !== undefined) fault[name] = value;
  }
  for (const name of ["probability", "rows"] as const) {
    const value = fields.maybe(name, share);
    if (value !== undefined) fault[name] = value;
  }
  const containing = fields.maybe("containing", text);
  if (containing !== undefined) fault.containing = containing;
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

function changeLatency({ latency }: HubspotState, { body }: ControlCall): Answer {
  if (!isObject(body)) throw new ControlError(400, "the body must be an object");
  const readMs = parseRange("readMs", body.readMs);
  const writeMs = parseRange("writeMs", body.writeMs);
  Object.assign(latency, { readMs, writeMs });
  return { status: 200, body: latency };
}

function parseRange(name: string, value: unknown): [number, number] {
  const [least, most]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof least === "number" && typeof most === "number" && 0 <= least && least <= most) return [least, most];
  throw new ControlError(400, `\`${name}\` must be [least, most] in milliseconds`);
}

function listRequests({ requests }: HubspotState, { query }: ControlCall): Answer {
  const found = requests.list(listFilter(query));
  const limit = queryNumber(query, "limit");
  return { status: 200, body: { results: limit === undefined ? found : found.slice(0, limit) } };
}
