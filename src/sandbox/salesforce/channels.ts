import { isObject, type Kind, listOf, text } from "../control-input.ts";
import type { Channel, ChannelMember } from "./pubsub/topics.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

const member: Kind<ChannelMember> = {
  wanted: "{entityName, enrichedFields?}",
  blank: { entityName: "", enrichedFields: [] },
  read(value) {
    const { entityName, enrichedFields = [] } = isObject(value) ? value : {};
    const names = listOf(text).read(enrichedFields);
    return typeof entityName === "string" && names ? { entityName, enrichedFields: names } : undefined;
  },
};

/** Channels of change events, as JSON has them. */
export const channelList: Kind<Channel[]> = listOf({
  wanted: "{name, members: [{entityName, enrichedFields?}]}",
  blank: { name: "", members: [] },
  read(value) {
    const { name, members } = isObject(value) ? value : {};
    const read = listOf(member).read(members);
    return typeof name === "string" && read ? { name, members: read } : undefined;
  },
});

/** Of an enriched channel's member (salesforce.md §1.2 "Enrichment"). */
const mostEnriched = 10;

/** Why the org cannot have these channels; nothing when it can. */
export function channelProblems(org: SandboxOrg, channels: readonly Channel[]): string[] {
  const problems: string[] = [];
  for (const { name, members } of channels) {
    if (name !== "ChangeEvents" && !/^\w+__chn$/.test(name))
      problems.push(`The channel ${name} must be ChangeEvents or end with __chn`);
    for (const { entityName, enrichedFields } of members) {
      const object = org.objects.get(entityName.toLowerCase());
      if (object?.name !== entityName) problems.push(`There is no object ${entityName}`);
      else if (enrichedFields.length > mostEnriched)
        problems.push(`${name}: ${entityName} can be enriched with ${mostEnriched} fields`);
      for (const field of enrichedFields)
        if (object?.fields.every((known) => known.name !== field)) problems.push(`${entityName} has no field ${field}`);
    }
  }
  return problems;
}
