import type { SObject } from "../schema.ts";
import { eventNameOf } from "./event-schema.ts";
import { Refusal } from "./refusal.ts";

/** An object selected on a channel, with the fields that its events are enriched with there (at most 10). */
export type ChannelMember = { entityName: string; enrichedFields: readonly string[] };

/** `name`: "ChangeEvents" or a custom channel's, "Baton_Routing__chn". */
export type Channel = { name: string; members: readonly ChannelMember[] };

export type Topic = {
  name: string;
  /** Of a topic of one object; null of a channel, whose events name their schemas themselves. */
  object: SObject | null;
  members: readonly ChannelMember[];
};

export type TopicSource = {
  /** By the exact name; null when the org has no such object. */
  objectNamed(name: string): SObject | null;
  /** The channels that the org has now. */
  channels(): readonly Channel[];
};

const standardChannel = "ChangeEvents";

/**
 * The topic `/data/ChangeEvents`, `/data/LeadChangeEvent` or `/data/Baton_Routing__chn`; names are case-sensitive. What
 * is selected on a custom channel alone is on no other (salesforce.md §1.2 "Channels"). Throws a `Refusal` of others.
 */
export function findTopic(source: TopicSource, name: string): Topic {
  const local = /^\/data\/(\w+)$/.exec(name)?.[1];
  if (local === undefined) {
    throw new Refusal("malformed-topic", `The topic name ${JSON.stringify(name)} is invalid. Use /data/<channel>.`);
  }
  const channels = source.channels();
  const channel = channels.find((candidate) => candidate.name === local);
  if (channel || local === standardChannel) return { name, object: null, members: channel?.members ?? [] };
  const object = objectOf(source, local);
  if (!object) throw new Refusal("unknown-topic", `The topic ${name} doesn't exist in this org.`);
  const members = channels.find((candidate) => candidate.name === standardChannel)?.members ?? [];
  // Only channels of several objects are enriched.
  return { name, object, members: onlyOf(object, members).map((member) => ({ ...member, enrichedFields: [] })) };
}

function objectOf(source: TopicSource, eventName: string): SObject | null {
  const stem = /^(\w+?)ChangeEvent$/.exec(eventName)?.[1];
  if (stem === undefined) return null;
  const object = source.objectNamed(stem.endsWith("__") ? `${stem}c` : stem);
  return object && eventNameOf(object.name) === eventName ? object : null;
}

function onlyOf(object: SObject, members: readonly ChannelMember[]): readonly ChannelMember[] {
  return members.filter(({ entityName }) => entityName === object.name);
}
