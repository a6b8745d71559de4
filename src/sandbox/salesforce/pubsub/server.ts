import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  type handleUnaryCall,
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Clock } from "../../clock.ts";
import type { EventBus } from "./event-bus.ts";
import { Refusal, situations } from "./refusal.ts";
import { createSubscription, type Fetched, type FetchRequest } from "./subscription.ts";

/** The metadata of a call; "" what it lacks. */
export type CallMetadata = { accesstoken: string; instanceurl: string; tenantid: string };

export type PubSubOptions = {
  clock: Clock;
  /** None or 0: any free one. */
  port?: number;
  /** Whose call it is; null of a token that is not valid (any more). Asked once, when a call or a stream begins. */
  authorize(metadata: CallMetadata): { orgId: string; userId: string } | null;
  orgs: { busOf(orgId: string): EventBus | null };
};

/** `url`: "127.0.0.1:7443", for clients with insecure credentials. `stop` drops what is open. */
export type PubSub = { url: string; stop(): Promise<void> };

type Session = { orgId: string; userId: string; bus: EventBus };
type Call = ServerDuplexStream<FetchRequest, unknown>;

/** Starts the Pub/Sub API of the orgs on 127.0.0.1, in plaintext; rejects when the port is taken. */
export async function startPubSub(options: PubSubOptions): Promise<PubSub> {
  const server = new Server();
  server.addService(pubSubDefinition(), {
    GetTopic: answering<{ topic_name: string }>(options, ({ topic_name }, { orgId, userId, bus }) => ({
      topic_name,
      tenant_guid: orgId,
      can_publish: false,
      can_subscribe: true,
      schema_id: bus.topic(topic_name, userId).schemaId,
    })),
    GetSchema: answering<{ schema_id: string }>(options, ({ schema_id }, { bus }) => ({
      schema_id,
      schema_json: bus.schema(schema_id).json,
    })),
    Subscribe: (call: Call) => subscribe(options, call),
    Publish: answering(options, () => {
      throw unimplemented();
    }),
    PublishStream: (call: Call) => fail(call, unimplemented(), randomUUID()),
    ManagedSubscribe: (call: Call) => fail(call, unimplemented(), randomUUID()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    url: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => resolve());
        server.forceShutdown();
      }),
  };
}

/** The build copies the proto beside the code. */
function pubSubDefinition(): ServiceDefinition {
  const proto = fileURLToPath(new URL("./pubsub_api.proto", import.meta.url));
  const loaded = loadPackageDefinition(
    loadSync(proto, { keepCase: true, longs: String, enums: String, defaults: true }),
  );
  const found = ["eventbus", "v1", "PubSub"].reduce<unknown>((part, name) => Reflect.get(Object(part), name), loaded);
  if (typeof found === "function" && "service" in found) return found.service as ServiceDefinition;
  throw new Error(`${proto} has no service eventbus.v1.PubSub`);
}

/** A unary call: what `answer` gives, with the call's `rpc_id`, or what it refuses. */
function answering<Request>(
  options: PubSubOptions,
  answer: (request: Request, session: Session) => Record<string, unknown>,
): handleUnaryCall<Request, unknown> {
  return (call, callback) => {
    const rpcId = randomUUID();
    try {
      callback(null, { ...answer(call.request, sessionOf(options, call.metadata)), rpc_id: rpcId });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      callback(statusOf(error, rpcId));
    }
  };
}

function subscribe(options: PubSubOptions, call: Call): void {
  const rpcId = randomUUID();
  try {
    const { bus, userId } = sessionOf(options, call.metadata);
    const subscription = createSubscription({
      clock: options.clock,
      bus,
      userId,
      send: (fetched) => void call.write(toResponse(fetched, rpcId)),
      close: (refusal) => fail(call, refusal, rpcId),
    });
    call.on("data", subscription.fetch);
    call.on("cancelled", subscription.end);
    call.on("end", () => {
      // "cancelled" comes too, but later: nothing may be written meanwhile.
      subscription.end();
      call.end();
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fail(call, error, rpcId);
  }
}

function sessionOf({ authorize, orgs }: PubSubOptions, metadata: Metadata): Session {
  const text = (key: string) => String(metadata.get(key)[0] ?? "");
  const call = { accesstoken: text("accesstoken"), instanceurl: text("instanceurl"), tenantid: text("tenantid") };
  const caller = Object.values(call).includes("") ? null : authorize(call);
  const bus = caller && orgs.busOf(caller.orgId);
  if (bus) return { ...caller, bus };
  throw new Refusal("auth", "An authentication exception occurred. Provide valid authentication via metadata headers.");
}

function toResponse({ events, latestReplayId, pending }: Fetched, rpcId: string): Record<string, unknown> {
  return {
    events: events.map(({ id, schemaId, payload, replayId }) => ({
      event: { id, schema_id: schemaId, payload, headers: [] },
      replay_id: replayId,
    })),
    latest_replay_id: latestReplayId,
    rpc_id: rpcId,
    pending_num_requested: pending,
  };
}

/** What was written before is sent first. */
function fail(call: Call, refusal: Refusal, rpcId: string): void {
  call.emit("error", statusOf(refusal, rpcId));
}

function statusOf({ situation, message }: Refusal, rpcId: string) {
  const { status, errorCode } = situations[situation];
  const metadata = new Metadata();
  metadata.set("error-code", errorCode);
  const details = `${message} rpcId: ${rpcId}`;
  return { code: status, details, metadata, name: situation, message: details };
}

function unimplemented(): Refusal {
  return new Refusal("unimplemented", "This Pub/Sub API only serves GetTopic, GetSchema and Subscribe.");
}
