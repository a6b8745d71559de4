import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import avro from "avsc";
import { eventually } from "../../eventually.ts";

/** A plain client of the Pub/Sub API: of the sandbox it has the published proto alone. */

const proto = fileURLToPath(new URL("../../../src/sandbox/salesforce/pubsub/pubsub_api.proto", import.meta.url));

type TopicInfo = {
  topic_name: string;
  tenant_guid: string;
  can_publish: boolean;
  can_subscribe: boolean;
  schema_id: string;
  rpc_id: string;
};
type SchemaInfo = { schema_json: string; schema_id: string; rpc_id: string };
export type ConsumerEvent = { event: { id: string; schema_id: string; payload: Buffer }; replay_id: Buffer };
type FetchResponse = {
  events: ConsumerEvent[];
  latest_replay_id: Buffer;
  rpc_id: string;
  pending_num_requested: number;
};
export type FetchRequest = {
  topic_name?: string;
  replay_preset?: "LATEST" | "EARLIEST" | "CUSTOM";
  replay_id?: Buffer;
  num_requested?: number;
};

/** How a call ended; `errorCode` of its trailer. */
export type End = { code: grpc.status; details: string; errorCode: string | undefined };

export type Stream = {
  request(request: FetchRequest): void;
  readonly responses: readonly FetchResponse[];
  readonly events: readonly ConsumerEvent[];
  /** Waits until there are so many responses, or events. */
  responded(count: number): Promise<void>;
  received(count: number): Promise<void>;
  /** Waits until the server has ended the stream. */
  ended(): Promise<End>;
  readonly isOpen: boolean;
  cancel(): void;
  /** The client's half of the stream ends. */
  end(): void;
};

export type Client = {
  getTopic(name: string): Promise<TopicInfo>;
  getSchema(id: string): Promise<SchemaInfo>;
  publish(): Promise<unknown>;
  subscribe(first?: FetchRequest): Stream;
  managedSubscribe(): Stream;
  close(): void;
};

/** What a refused unary call rejects with. */
export const endOf = (error: unknown): End => {
  const { code, details, metadata } = error as grpc.ServiceError;
  return { code, details, errorCode: metadata.get("error-code")[0]?.toString() };
};

type Unary = (request: object, metadata: grpc.Metadata, done: (error: Error | null, answer: unknown) => void) => void;
type Bidi = (metadata: grpc.Metadata) => grpc.ClientDuplexStream<object, FetchResponse>;

/** `metadata`: of each call. */
export function connectClient(url: string, metadata: Record<string, string>): Client {
  const loaded = grpc.loadPackageDefinition(
    loadSync(proto, { keepCase: true, longs: String, enums: String, defaults: true }),
  ) as unknown as { eventbus: { v1: { PubSub: grpc.ServiceClientConstructor } } };
  const client = new loaded.eventbus.v1.PubSub(url, grpc.credentials.createInsecure());
  const sent = new grpc.Metadata();
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  const unary = (name: string, request: object) =>
    new Promise<never>((resolve, reject) => {
      (client[name] as Unary).call(client, request, sent, (error, answer) =>
        error ? reject(error) : resolve(answer as never),
      );
    });
  const bidi = (name: string) => openStream((client[name] as Bidi).call(client, sent));
  return {
    getTopic: (topic_name) => unary("GetTopic", { topic_name }),
    getSchema: (schema_id) => unary("GetSchema", { schema_id }),
    publish: () => unary("Publish", { topic_name: "/data/LeadChangeEvent", events: [] }),
    subscribe(first) {
      const stream = bidi("Subscribe");
      if (first) stream.request(first);
      return stream;
    },
    managedSubscribe: () => bidi("ManagedSubscribe"),
    close: () => client.close(),
  };
}

function openStream(call: grpc.ClientDuplexStream<object, FetchResponse>): Stream {
  const responses: FetchResponse[] = [];
  let end: End | null = null;
  call.on("data", (response: FetchResponse) => responses.push(response));
  call.on("error", () => undefined);
  call.on("status", (status: grpc.StatusObject) => {
    end = endOf(status);
  });
  const events = () => responses.flatMap((response) => response.events);
  return {
    request: (request) => void call.write(request),
    responses,
    get events() {
      return events();
    },
    responded: (count) => eventually(() => responses.length >= count),
    received: (count) => eventually(() => events().length >= count),
    async ended() {
      await eventually(() => end !== null);
      return end as unknown as End;
    },
    get isOpen() {
      return end === null;
    },
    cancel: () => call.cancel(),
    end: () => void call.end(),
  };
}

export type Header = {
  entityName: string;
  recordIds: string[];
  changeType: string;
  changeOrigin: string;
  transactionKey: string;
  sequenceNumber: number;
  commitTimestamp: bigint;
  commitNumber: bigint;
  commitUser: string;
  nulledFields: string[];
  diffFields: string[];
  changedFields: string[];
};

/** An event read with its schema: `fields` are those that are not null, `changed` and `nulled` names as `Name.FirstName`. */
export type DecodedEvent = {
  header: Header;
  fields: Record<string, unknown>;
  /** Of all fields of the record, null ones too. */
  fieldNames: string[];
  changed: string[];
  nulled: string[];
};

const bigLong = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: () => 0,
});

/** As salesforce.md §1.3 "Avro bitmap decoding" says. Longs are BigInts. */
export function decodeEvent({ event }: ConsumerEvent, { schema_json }: SchemaInfo): DecodedEvent {
  const schema = JSON.parse(schema_json) as { fields: { name: string; type: unknown }[] };
  const type = avro.Type.forSchema(JSON.parse(schema_json), { wrapUnions: "always", registry: { long: bigLong } });
  const record = type.fromBuffer(event.payload) as Record<string, unknown>;
  const header = record.ChangeEventHeader as Header;
  const body = Object.entries(record).filter(([name]) => name !== "ChangeEventHeader");
  return {
    header,
    fields: Object.fromEntries(body.map(([name, value]) => [name, plain(value)]).filter(([, value]) => value !== null)),
    fieldNames: Object.keys(record),
    changed: namesOf(header.changedFields, schema, type as avro.types.RecordType),
    nulled: namesOf(header.nulledFields, schema, type as avro.types.RecordType),
  };
}

/** Unwraps unions; of a compound field's record too. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  const [branch, inner] = Object.entries(value)[0] ?? [];
  if (branch?.includes("Name") || branch?.endsWith("Address")) {
    return Object.fromEntries(Object.entries(inner as object).map(([name, part]) => [name, plain(part)]));
  }
  return inner;
}

function namesOf(bitmaps: readonly string[], schema: { fields: { name: string }[] }, type: avro.types.RecordType) {
  return bitmaps.flatMap((element) => {
    const [first = "", second] = element.split("-");
    if (second === undefined) return bitsOf(first).map((index) => schema.fields[index]?.name ?? `no field ${index}`);
    const parent = schema.fields[Number(first)]?.name ?? `no field ${first}`;
    const union = type.field(parent).type as avro.types.WrappedUnionType;
    const record = union.types.find((branch: avro.Type) => branch.typeName === "record") as avro.types.RecordType;
    return bitsOf(second).map((index) => `${parent}.${record.fields[index]?.name}`);
  });
}

function bitsOf(hexadecimal: string): number[] {
  const bits = [...BigInt(hexadecimal).toString(2)].reverse();
  return bits.flatMap((bit, index) => (bit === "1" ? [index] : []));
}
