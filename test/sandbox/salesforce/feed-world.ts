import { type Conformance, startConformance } from "./conformance-world.ts";
import {
  type Client,
  connectClient,
  type DecodedEvent,
  decodeEvent,
  type FetchRequest,
  type Stream,
} from "./pubsub-client.ts";

export const channel = "Baton_Routing__chn";
export const topic = `/data/${channel}`;

export type Feed = Conformance & {
  client: Client;
  /** Another client of the Pub/Sub API; `metadata` bends what it says of itself. */
  clientWith(metadata?: Partial<Record<"accesstoken" | "instanceurl" | "tenantid", string>>): Client;
  /** A stream that asks for 100, once the server has it; none other said, from LATEST of the routing channel. */
  subscribe(request?: FetchRequest, client?: Client): Promise<Stream>;
  /** The events of a stream once there are so many, in their order. */
  heard(stream: Stream, count: number): Promise<DecodedEvent[]>;
  /** Selects an object on a channel, as an admin or a package does; answers the member's id. */
  select(entity: string, enrichedFields?: readonly string[], onChannel?: string): Promise<string>;
};

/** A world with a channel of change events that nothing is selected on yet, and a Pub/Sub client. */
export async function startFeed(): Promise<Feed> {
  const world = await startConformance();
  const { salesforce, org, conn } = world;
  const clients: Client[] = [];
  const clientWith: Feed["clientWith"] = (metadata = {}) => {
    const own = { accesstoken: conn.accessToken ?? "", instanceurl: salesforce.url, tenantid: org.id };
    const client = connectClient(salesforce.pubSubUrl, { ...own, ...metadata });
    clients.push(client);
    return client;
  };
  const client = clientWith();
  await conn.tooling
    .sobject("PlatformEventChannel")
    .create({ FullName: channel, Metadata: { channelType: "data", label: "Baton Routing" } });
  return {
    ...world,
    client,
    clientWith,
    async subscribe(request = {}, by = client) {
      const stream = by.subscribe({ topic_name: topic, num_requested: 100, ...request });
      // The server has read the request once it has answered a call that was sent after it.
      await by.getTopic(topic).catch(() => undefined);
      return stream;
    },
    async heard(stream, count) {
      await stream.received(count);
      return Promise.all(
        stream.events.map(async (event) => decodeEvent(event, await client.getSchema(event.event.schema_id))),
      );
    },
    async select(entity, enrichedFields = [], onChannel = channel) {
      const { id = "" } = await conn.tooling.sobject("PlatformEventChannelMember").create({
        FullName: memberName(entity, onChannel),
        Metadata: {
          ...{ eventChannel: onChannel, selectedEntity: entity },
          enrichedFields: enrichedFields.map((name) => ({ name })),
        },
      });
      return id;
    },
    async stop() {
      for (const one of clients) one.close();
      await world.stop();
    },
  };
}

/** "Baton_Routing_chn_LeadChangeEvent" */
export const memberName = (entity: string, onChannel = channel): string => `${onChannel.replace("__", "_")}_${entity}`;
