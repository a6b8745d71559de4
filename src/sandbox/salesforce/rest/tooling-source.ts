import { createHash } from "node:crypto";
import { SalesforceError } from "../errors.ts";
import { to18 } from "../ids.ts";
import { eventNameOf } from "../pubsub/event-schema.ts";
import { readFields } from "../read-fields.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row, SObject } from "../schema.ts";
import type { SoqlSource } from "../soql/source.ts";

const anObject = (name: string, keyPrefix: string, fields: string): SObject => ({
  ...{ name, label: name, keyPrefix, custom: false, childRelationships: [] },
  fields: [...readFields("Id! id(18)"), ...readFields(fields)],
});

const channelObject = anObject(
  "PlatformEventChannel",
  "0YL",
  `DeveloperName string(80)
   ChannelType picklist`,
);

const memberObject = anObject(
  "PlatformEventChannelMember",
  "0v8",
  `DeveloperName string(80)
   EventChannel string(80)
   SelectedEntity string(80)`,
);

/** Names are unique, so an id can be made of one. */
function idOf({ keyPrefix }: SObject, name: string): string {
  return to18(`${keyPrefix}${createHash("sha256").update(name).digest("hex").slice(0, 12)}`);
}

/** The id of a channel of this name. */
export const channelId = (channel: string): string => idOf(channelObject, channel);

/** The id of the member that stands for an object on a channel. */
export const memberId = (channel: string, entityName: string): string => idOf(memberObject, `${channel} ${entityName}`);

/** The org's channels of change events as records of the Tooling API. */
export function toolingSource({ channels, clock, timeZone }: SandboxOrg): SoqlSource {
  const rows: Readonly<Record<string, readonly Row[]>> = {
    PlatformEventChannel: channels.map(({ name }) => ({
      ...{ Id: channelId(name), DeveloperName: name.replace(/__chn$/, ""), ChannelType: "data" },
    })),
    PlatformEventChannelMember: channels.flatMap(({ name, members }) =>
      members.map(({ entityName }) => ({
        Id: memberId(name, entityName),
        DeveloperName: `${name.replace("__", "_")}_${eventNameOf(entityName)}`,
        ...{ EventChannel: name, SelectedEntity: eventNameOf(entityName) },
      })),
    ),
  };
  const rowsOf = ({ name }: SObject) => rows[name] ?? [];
  return {
    objectNamed: (name) =>
      [channelObject, memberObject].find((object) => object.name.toLowerCase() === name.toLowerCase()) ?? null,
    rowsOf,
    byId: (object, id) => rowsOf(object).find((row) => row.Id === id) ?? null,
    ...{ now: clock.now(), timeZone },
  };
}

/** A 400 of the Tooling API. */
export function refuse(errorCode: string, message: string): never {
  throw new SalesforceError(400, { errorCode, message });
}
