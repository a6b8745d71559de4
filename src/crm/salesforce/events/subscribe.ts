import { fileURLToPath } from "node:url";
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Access, FeedEnd, OpenFeed, SetTimer } from "../../crm.ts";
import type { Change } from "./change.ts";
import { createDecoder, type Decoder } from "./decode.ts";

/** Where a stream goes on: behind the event of this replay id (base64), or with what comes from now on. */
export type From = { after: string } | "now";

/** Some changes, in their order, and the replay id (base64) to go on from once they are safe. */
export type Batch = { changes: readonly Change[]; replayId: string };

export type StreamOptions = {
  /** "api.pubsub.salesforce.com:7443"; without TLS on loopback alone. */
  url: string;
  orgId: string;
  access: Access;
  /** "/data/Baton_Lead_Routing__chn" */
  topic: string;
  from: From;
  /** Resolves when all of it is stored; no more is asked for until then. */
  onBatch(batch: Batch): Promise<void>;
  setTimer: SetTimer;
};

/** Events asked for at once; the service takes no more than 100 (salesforce.md §1.3). */
const mostRequested = 100;

/** A sign of life must come within 270 s; a little longer, and the stream is dead. */
const silenceMs = 300_000;

type Response = {
  events: { event: { id: string; schema_id: string; payload: Uint8Array }; replay_id: Uint8Array }[];
  latest_replay_id: Uint8Array;
  pending_num_requested: number;
};

/** Opens a stream of an org's changes. It is not opened again by itself: who stores the replay ids does that. */
export function openStream(options: StreamOptions): OpenFeed {
  const { access, orgId, topic, from, setTimer } = options;
  const metadata = new Metadata();
  metadata.set("accesstoken", access.token);
  metadata.set("instanceurl", access.instanceUrl ?? "");
  metadata.set("tenantid", orgId);
  const service = new PubSub(
    options.url,
    isLoopback(options.url) ? credentials.createInsecure() : credentials.createSsl(),
  );
  const stream: ClientDuplexStream<object, Response> = service.Subscribe?.(metadata);
  const decoderOf = createDecoders(service, metadata);
  const { promise: ended, resolve } = Promise.withResolvers<FeedEnd>();
  let handling: Promise<void> = Promise.resolve();
  let isOver = false;
  let stopTimer = watch();

  function watch(): () => void {
    return setTimer(silenceMs, () => finish({ why: "cut", because: "Nothing came for five minutes." }));
  }

  /** What is being stored is stored to its end before anybody goes on from there. */
  function finish(end: FeedEnd): void {
    if (isOver) return;
    isOver = true;
    stopTimer();
    stream.cancel();
    void handling.then(() => {
      service.close();
      resolve(end);
    });
  }

  async function handle(response: Response): Promise<void> {
    const changes: Change[] = [];
    for (const { event } of response.events) changes.push(await decode(event));
    const last = response.events.at(-1)?.replay_id ?? response.latest_replay_id;
    // What follows a batch that was not stored must not move the place from which it is told again.
    if (isOver) return;
    await options.onBatch({ changes, replayId: Buffer.from(last).toString("base64") });
    // This is what holds the service back: what is not stored yet is not followed by more.
    if (!isOver && response.pending_num_requested === 0)
      stream.write({ topic_name: topic, num_requested: mostRequested });
  }

  /** One that cannot be read tells at least that something changed: it must not be met again and again. */
  async function decode(event: Response["events"][number]["event"]): Promise<Change> {
    const decoder = await decoderOf(event.schema_id);
    try {
      return decoder(event);
    } catch (error) {
      return unreadable(event.id, error);
    }
  }

  stream.on("data", (response: Response) => {
    if (isOver) return;
    stopTimer();
    stopTimer = watch();
    handling = handling
      .then(() => handle(response))
      .catch((error: unknown) => finish({ why: "cut", because: `A change was not stored: ${String(error)}` }));
  });
  stream.on("error", (error: ServiceError) => finish(endOf(error)));
  stream.on("end", () => finish({ why: "cut", because: "Salesforce ended the stream." }));
  const start =
    from === "now"
      ? { replay_preset: "LATEST" }
      : { replay_preset: "CUSTOM", replay_id: Buffer.from(from.after, "base64") };
  stream.write({ topic_name: topic, ...start, num_requested: mostRequested });
  return { ended, stop: () => finish({ why: "stopped", because: "We stopped it." }) };
}

/** To be read anew as a whole, as when the service itself could not tell. */
const unreadable = (eventId: string, error: unknown): Change => ({
  ...{ eventId, entity: "Lead", recordIds: [], kind: "overflow", changed: [], values: {}, commitAt: 0 },
  client: `unreadable: ${String(error)}`,
});

const PubSub = serviceOf(fileURLToPath(new URL("./changes.proto", import.meta.url)));

function serviceOf(proto: string): ServiceClientConstructor {
  const loaded = loadPackageDefinition(
    loadSync(proto, { keepCase: true, longs: String, enums: String, defaults: true }),
  );
  const found = ["eventbus", "v1", "PubSub"].reduce<unknown>((part, name) => Reflect.get(Object(part), name), loaded);
  if (typeof found === "function") return found as ServiceClientConstructor;
  throw new Error(`${proto} has no service eventbus.v1.PubSub`);
}

const isLoopback = (url: string): boolean => /^(?:127\.0\.0\.1|localhost|\[::1\]):/.test(url);

type Service = InstanceType<ServiceClientConstructor>;

/** A schema is fetched once: what an id stands for never changes (salesforce.md §1.3). */
function createDecoders(service: Service, metadata: Metadata): (schemaId: string) => Promise<Decoder> {
  const known = new Map<string, Promise<Decoder>>();
  const fetch = (schemaId: string) =>
    new Promise<Decoder>((resolve, reject) => {
      service.GetSchema?.(
        { schema_id: schemaId },
        metadata,
        (error: ServiceError | null, answer: { schema_json: string }) => {
          if (error) reject(error);
          else resolve(createDecoder(answer.schema_json));
        },
      );
    });
  return (schemaId) => {
    const decoder = known.get(schemaId) ?? fetch(schemaId);
    known.set(schemaId, decoder);
    return decoder;
  };
}

/** By status and the trailer `error-code` (salesforce.md §1.3). */
function endOf(error: ServiceError): FeedEnd {
  const code = String(error.metadata?.get("error-code")[0] ?? "");
  const because = `${code === "" ? status[error.code] : code}: ${error.details}`;
  if (/replayid\.(?:corrupted|validation)/.test(code)) return { why: "lost", because };
  if (error.code === status.UNAUTHENTICATED) return { why: "unauthorized", because };
  if (error.code === status.RESOURCE_EXHAUSTED) return { why: "spent", because };
  const isDenied = [status.PERMISSION_DENIED, status.NOT_FOUND, status.INVALID_ARGUMENT].includes(error.code);
  return { why: isDenied ? "denied" : "cut", because };
}
