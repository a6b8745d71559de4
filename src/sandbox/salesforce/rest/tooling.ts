import type { Answer } from "../../http.ts";
import { hasChangeEvents } from "../pubsub/entities.ts";
import { eventNameOf } from "../pubsub/event-schema.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SObject } from "../schema.ts";
import { toJson } from "../soql/record.ts";
import { runSoql } from "../soql/run-soql.ts";
import { bodyOf, type Call, isRecord, notFound, type Route } from "./call.ts";
import { channelId, memberId, refuse, toolingSource } from "./tooling-source.ts";

const channels = "/tooling/sobjects/PlatformEventChannel";
const members = "/tooling/sobjects/PlatformEventChannelMember";

/** Of the Tooling API the channels of change events and what is selected on them (salesforce.md §1.9). */
export const toolingRoutes: readonly Route[] = [
  { method: "GET", paths: ["/tooling/query"], handle: query },
  { method: "POST", paths: [channels], handle: addChannel },
  { method: "DELETE", paths: [`${channels}/:id`], handle: removeChannel },
  { method: "POST", paths: [members], handle: addMember },
  { method: "DELETE", paths: [`${members}/:id`], handle: removeMember },
];

/** Numbers of salesforce.md §1.2; which code tells that they are exceeded is not documented: a guess. */
const mostChannels = 100;
const mostEntities = 5;
const mostEnriched = 10;

const standardChannel = "ChangeEvents";

function query({ org, query: asked, version }: Call): Answer {
  const { records, count } = runSoql(asked.get("q") ?? "", toolingSource(org));
  const json = records.map((record) => toJson(record, { version: `${version}/tooling` }));
  return { status: 200, body: { totalSize: count ?? json.length, done: true, records: json } };
}

const created = (id: string): Answer => ({
  status: 201,
  body: { id, success: true, errors: [], warnings: [], infos: [] },
});

function readBody(call: Call): { name: string; metadata: Record<string, unknown> } {
  const { FullName: name, Metadata: metadata } = bodyOf(call);
  if (typeof name !== "string" || !isRecord(metadata))
    return refuse("REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName, Metadata]");
  return { name, metadata };
}

function addChannel(call: Call): Answer {
  const { org } = call;
  const { name, metadata } = readBody(call);
  if (!/^[A-Za-z]\w*__chn$/.test(name))
    refuse("INVALID_INPUT", `The name of a custom channel ends with __chn: ${name}`);
  if (metadata.channelType !== "data" || typeof metadata.label !== "string")
    refuse("REQUIRED_FIELD_MISSING", "A channel of change events has the channelType data, and a label");
  if (org.channels.some((channel) => channel.name === name)) refuse("DUPLICATE_DEVELOPER_NAME", `There is a ${name}`);
  if (org.channels.filter((channel) => channel.name !== standardChannel).length >= mostChannels)
    refuse("LIMIT_EXCEEDED", `An org has at most ${mostChannels} custom channels`);
  org.channels.push({ name, members: [] });
  return created(channelId(name));
}

function removeChannel({ org, params }: Call): Answer {
  const index = org.channels.findIndex(({ name }) => channelId(name) === params.id);
  const channel = org.channels[index] ?? notFound();
  if (channel.members.length > 0) refuse("DEPENDENCY_EXISTS", `The channel ${channel.name} has members`);
  org.channels.splice(index, 1);
  return { status: 204 };
}

function addMember(call: Call): Answer {
  const { org } = call;
  const { name, metadata } = readBody(call);
  const { eventChannel, selectedEntity, enrichedFields = [], filterExpression } = metadata;
  const object = objectOf(org, String(selectedEntity));
  const channel = channelOf(org, String(eventChannel));
  const wanted = `${channel.name.replace("__", "_")}_${eventNameOf(object.name)}`;
  if (name !== wanted) refuse("INVALID_FULL_NAME", `The member must be called ${wanted}, not ${name}`);
  if (filterExpression !== undefined)
    refuse("INVALID_INPUT", "A filterExpression is allowed, but this local Salesforce does not know it");
  if (channel.members.some(({ entityName }) => entityName === object.name))
    refuse("DUPLICATE_VALUE", `${String(selectedEntity)} is selected on ${channel.name} already`);
  const selected = new Set(org.channels.flatMap((one) => one.members.map(({ entityName }) => entityName)));
  if (selected.add(object.name).size > mostEntities)
    refuse("LIMIT_EXCEEDED", `At most ${mostEntities} entities can be selected for change events`);
  const member = { entityName: object.name, enrichedFields: enrichedIn(object, enrichedFields) };
  put(org, { name: channel.name, members: [...channel.members, member] });
  return created(memberId(channel.name, object.name));
}

function removeMember({ org, params }: Call): Answer {
  for (const { name, members: all } of org.channels) {
    const kept = all.filter(({ entityName }) => memberId(name, entityName) !== params.id);
    if (kept.length === all.length) continue;
    put(org, { name, members: kept });
    return { status: 204 };
  }
  return notFound();
}

function put({ channels: all }: SandboxOrg, channel: SandboxOrg["channels"][number]): void {
  const index = all.findIndex(({ name }) => name === channel.name);
  all.splice(index < 0 ? all.length : index, 1, channel);
}

function objectOf(org: SandboxOrg, eventName: string): SObject {
  for (const object of org.objects.values())
    if (eventNameOf(object.name) === eventName && hasChangeEvents(object)) return object;
  return refuse("INVALID_INPUT", `${eventName} is not an entity that has change events`);
}

function channelOf({ channels: all }: SandboxOrg, wanted: string): SandboxOrg["channels"][number] {
  const channel = all.find(({ name }) => name === wanted);
  if (channel !== undefined) return channel;
  return wanted === standardChannel ? { name: wanted, members: [] } : refuse("INVALID_INPUT", `No channel ${wanted}`);
}

function enrichedIn({ name, fields }: SObject, given: unknown): string[] {
  const names = Array.isArray(given) ? given.map((each) => (isRecord(each) ? String(each.name) : "")) : [];
  if (names.length > mostEnriched) refuse("LIMIT_EXCEEDED", `At most ${mostEnriched} fields can be enriched`);
  const other = names.find((wanted) => !fields.some((field) => field.name === wanted));
  return other === undefined ? names : refuse("INVALID_FIELD", `No such column '${other}' on entity '${name}'`);
}
