import {
  ControlError,
  flag,
  isObject,
  type Kind,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  readFields,
  refuseOthers,
  share,
  text,
} from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import { uuid } from "../../create-random.ts";
import type { Answer } from "../../http.ts";
import type { Change } from "../change.ts";
import { channelList, channelProblems } from "../channels.ts";
import { nextCommit } from "../commit.ts";
import { recordId } from "../kinds.ts";
import { adminOf } from "../people.ts";
import { emptyId } from "../pubsub/prepare-transaction.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import { orgOf } from "./org-route.ts";
import { outboundControlRoutes } from "./outbound.ts";

const none: Answer = { status: 204 };

/** How others hear of changes: the bus of events, what it bends, and what a service has at times; outbound messages. */
export const eventControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/orgs/:orgId/events"],
    about: "{delivered, switches}: events delivered in 24 hours, and what is bent",
    handle: (state, call) => eventsAnswer(orgOf(state, call)),
  },
  {
    method: "PATCH",
    paths: ["/orgs/:orgId/events"],
    about:
      "{deliveriesPerDay?, duplicatesAfterReconnect?, delay?, merge?, wildcardIds?, refuseReplayIds?, closeChance?, changesPerTransaction?, maxPayload?}",
    handle: changeSwitches,
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/events/close"],
    about: "ends the streams that are open",
    handle(state, call) {
      orgOf(state, call).bus.closeStreams();
      return none;
    },
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/events/lose"],
    about: "forgets all events: replay ids that were given are refused",
    handle(state, call) {
      orgOf(state, call).bus.loseEvents();
      return none;
    },
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/events/gap"],
    about: "{object, ids, type}: one event that says that records changed, and not how; type: CREATE, UPDATE, …",
    handle: gap,
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/events/overflow"],
    about: "{object}: one event that says that records of the object changed, and not which",
    handle: overflow,
  },
  {
    method: "GET",
    paths: ["/orgs/:orgId/channels"],
    about: "the channels of change events",
    handle: (state, call) => ({ status: 200, body: { results: orgOf(state, call).channels } }),
  },
  {
    method: "PUT",
    paths: ["/orgs/:orgId/channels"],
    about: "[{name, members: [{entityName, enrichedFields?}]}]: these and no others",
    handle: changeChannels,
  },
  ...outboundControlRoutes,
];

const eventsAnswer = ({ bus }: SandboxOrg): Answer => ({
  status: 200,
  body: { delivered: bus.delivered(), switches: bus.switches },
});

const delay: Kind<{ minMs: number; maxMs: number }> = {
  wanted: "{minMs, maxMs}",
  blank: { minMs: 0, maxMs: 0 },
  read(value) {
    const { minMs, maxMs } = isObject(value) ? value : {};
    const [least, most] = [number.read(minMs), number.read(maxMs)];
    return least !== undefined && most !== undefined && least <= most ? { minMs: least, maxMs: most } : undefined;
  },
};

function changeSwitches(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  refuseOthers(fields, Object.keys(org.bus.switches));
  const changed = {
    ...optional(fields, "deliveriesPerDay", number),
    ...optional(fields, "duplicatesAfterReconnect", number),
    ...optional(fields, "delay", delay),
    ...optional(fields, "merge", flag),
    ...optional(fields, "wildcardIds", flag),
    ...optional(fields, "refuseReplayIds", orNull(oneOf(["corrupted", "validation.failed"]))),
    ...optional(fields, "closeChance", share),
    ...optional(fields, "changesPerTransaction", number),
    ...optional(fields, "maxPayload", number),
  };
  fields.check();
  Object.assign(org.bus.switches, changed);
  return eventsAnswer(org);
}

function gap(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  const object = fields.need("object", text);
  const ids = fields.need("ids", listOf(recordId));
  const type = fields.need("type", oneOf(["CREATE", "UPDATE", "DELETE", "UNDELETE"]));
  if (ids.length === 0) fields.problem("`ids` must name a record");
  fields.check();
  return append(org, { entityName: object, recordIds: ids, changeType: `GAP_${type}` });
}

function overflow(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  const object = fields.need("object", text);
  fields.check();
  return append(org, { entityName: object, recordIds: [emptyId], changeType: "GAP_OVERFLOW" });
}

/** A header without anything of a record (salesforce.md §1.2 "Gap events"). */
function append(org: SandboxOrg, change: Pick<Change, "entityName" | "recordIds" | "changeType">): Answer {
  const isSelected = org.channels.some(({ members }) =>
    members.some(({ entityName }) => entityName === change.entityName),
  );
  if (!isSelected) throw new ControlError(400, `${change.entityName} is on no channel of the org`);
  const transactionKey = uuid(org.random);
  org.bus.append([
    {
      ...change,
      ...{ changeOrigin: "", transactionKey, sequenceNumber: 1, commitTimestamp: org.clock.now() },
      ...{
        commitNumber: nextCommit(org),
        commitUser: adminOf(org) ?? "",
        changedFields: [],
        nulledFields: [],
        row: null,
      },
    },
  ]);
  return { status: 200, body: { transactionKey } };
}

function changeChannels(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const channels = channelList.read(call.body);
  if (channels === undefined) throw new ControlError(400, `the body must be ${channelList.wanted}`);
  const problems = channelProblems(org, channels);
  if (problems.length > 0) throw new ControlError(400, problems.join("; "));
  org.channels.splice(0, org.channels.length, ...channels);
  return { status: 200, body: { results: org.channels } };
}
