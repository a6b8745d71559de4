import { readFault } from "../../control-faults.ts";
import { number, optional, readFields, text } from "../../control-input.ts";
import { type ControlCall, type ControlRoute, listAnswer, queryNumber } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { type Fault, faultKinds } from "../faults.ts";
import { isId, to18 } from "../ids.ts";
import { recordId } from "../kinds.ts";
import type { SalesforceState } from "../state.ts";
import { orgIdIn, orgNamed, orgsMeant } from "./org-route.ts";

const none: Answer = { status: 204 };

/** Faults, limits and the requests seen. */
export const machineControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "POST",
    paths: ["/faults"],
    about:
      "{route, kind, status?, delayMs?, retryAfter?, times?, probability?, orgId?, record?, errorCode?, message?}: sets a fault",
    handle: (state, { body }) => ({ status: 201, body: state.faults.add(parseFault(body)) }),
  },
  {
    method: "GET",
    paths: ["/limits"],
    about: "the daily calls of each org, and how many are used",
    handle: limitsAnswer,
  },
  {
    method: "PATCH",
    paths: ["/limits"],
    about: "{daily, orgId?}: how many calls one org, or each, has in 24 hours",
    handle: changeLimits,
  },
  {
    method: "POST",
    paths: ["/limits/spend"],
    about: "{orgId, calls}: other apps take so many calls",
    handle(state, { body }) {
      const fields = readFields(body);
      const [orgId, calls] = [fields.need("orgId", recordId), fields.need("calls", number)];
      fields.check();
      orgNamed(state, orgId).limits.spend(calls);
      return limitsAnswer(state);
    },
  },
  {
    method: "POST",
    paths: ["/limits/reset"],
    about: "{orgId?}: the calls of one org, or of all, are unused again",
    handle(state, { body }) {
      for (const { limits } of orgsMeant(state, orgIdIn(body))) limits.reset();
      return none;
    },
  },
  {
    method: "GET",
    paths: ["/requests"],
    about: "?since=&orgId=&limit=: every request received, oldest first; `since` is the last id seen",
    handle: listRequests,
  },
];

/** Reads a fault; throws one 400 with all that is wrong. */
function parseFault(body: unknown): Fault {
  const fields = readFields(body);
  const { record, ...common } = readFault(fields, faultKinds);
  const fault: Fault = {
    ...common,
    ...(record === undefined ? {} : { record: isId(record) ? to18(record) : record }),
    ...optional(fields, "orgId", recordId),
    ...optional(fields, "errorCode", text),
    ...optional(fields, "message", text),
  };
  fields.check();
  return fault;
}

function limitsAnswer(state: SalesforceState): Answer {
  const results = [...state.orgs.values()].map(({ id, limits }) => ({
    ...{ orgId: id, daily: limits.daily, used: limits.used() },
  }));
  return { status: 200, body: { results } };
}

function changeLimits(state: SalesforceState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const daily = fields.need("daily", number);
  fields.check();
  for (const { limits } of orgsMeant(state, orgIdIn(body))) limits.daily = daily;
  return limitsAnswer(state);
}

function listRequests({ requests }: SalesforceState, { query }: ControlCall): Answer {
  const since = queryNumber(query, "since");
  const orgId = query.get("orgId");
  const filter = {
    ...(since === undefined ? {} : { since }),
    ...(orgId === null ? {} : { orgId: to18(orgId) }),
  };
  return listAnswer(requests.list(filter), query);
}
