import type { Clock } from "../../../src/sandbox/clock.ts";
import { createClock } from "../../../src/sandbox/create-clock.ts";
import { createRandom } from "../../../src/sandbox/create-random.ts";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { createEventBus, type EventBus } from "../../../src/sandbox/salesforce/pubsub/event-bus.ts";
import { startPubSub } from "../../../src/sandbox/salesforce/pubsub/server.ts";
import type { Channel } from "../../../src/sandbox/salesforce/pubsub/topics.ts";
import type { Field, FieldType, Row, SObject } from "../../../src/sandbox/salesforce/schema.ts";
import {
  type Client,
  type ConsumerEvent,
  connectClient,
  type DecodedEvent,
  decodeEvent,
  type FetchRequest,
  type Stream,
} from "./pubsub-client.ts";

export const startOfTime = Date.parse("2026-11-20T10:00:00.000Z");
export const orgId = "00D000000000001EAA";
export const userId = "005000000000001AAA";
export const leadId = "00Q000000000001AAA";
export const leads = "/data/LeadChangeEvent";
export const routing = "/data/Baton_Routing__chn";

export function aField(name: string, type: FieldType = "string", more: Partial<Field> = {}): Field {
  return {
    name,
    label: name,
    type,
    length: type === "string" ? 255 : 0,
    nillable: true,
    createable: true,
    updateable: true,
    filterable: true,
    custom: name.endsWith("__c"),
    calculated: false,
    externalId: false,
    unique: false,
    referenceTo: [],
    relationshipName: null,
    picklistValues: [],
    restrictedPicklist: false,
    compoundFieldName: null,
    ...more,
  };
}

const part = (compoundFieldName: string, name: string, type: FieldType = "string") =>
  aField(name, type, { compoundFieldName });

export function anObject(name: string, keyPrefix: string, fields: readonly Field[]): SObject {
  return { name, label: name, keyPrefix, custom: name.endsWith("__c"), fields, childRelationships: [] };
}

const always = [
  aField("CreatedDate", "datetime"),
  aField("LastModifiedDate", "datetime"),
  aField("SystemModstamp", "datetime"),
  aField("LastActivityDate", "date"),
];

export const lead = anObject("Lead", "00Q", [
  aField("Id", "id"),
  aField("IsDeleted", "boolean"),
  part("Name", "LastName"),
  part("Name", "FirstName"),
  part("Name", "Salutation", "picklist"),
  aField("Name"),
  aField("Company"),
  part("Address", "Street", "textarea"),
  part("Address", "City"),
  part("Address", "Latitude", "double"),
  aField("Address", "address"),
  aField("Status", "picklist"),
  aField("OwnerId", "reference"),
  aField("IsConverted", "boolean"),
  aField("NumberOfEmployees", "int"),
  aField("AnnualRevenue", "currency"),
  aField("Birthdate__c", "date"),
  aField("Slot__c", "time"),
  aField("Score__c", "double", { calculated: true }),
  aField("PhotoUrl", "url"),
  ...always,
]);

const account = anObject("Account", "001", [
  aField("Id", "id"),
  aField("Name"),
  part("BillingAddress", "BillingStreet", "textarea"),
  part("BillingAddress", "BillingCity"),
  aField("BillingAddress", "address"),
  part("ShippingAddress", "ShippingStreet", "textarea"),
  part("ShippingAddress", "ShippingCity"),
  aField("ShippingAddress", "address"),
  ...always,
]);

const objects = () => [
  lead,
  account,
  anObject("Contact", "003", [aField("Id", "id"), part("Name", "LastName"), aField("Name"), ...always]),
  anObject("Opportunity", "006", [aField("Id", "id"), aField("Name"), ...always]),
  anObject("My_Obj__c", "a00", [aField("Id", "id"), aField("Name"), ...always]),
];

let transactions = 0;

/** A change of a lead's Status, in a transaction of its own. */
export function aChange(change: Partial<Change> = {}): Change {
  transactions += 1;
  const changedFields =
    change.changeType === undefined || change.changeType === "UPDATE" ? ["Status", "LastModifiedDate"] : [];
  return {
    entityName: "Lead",
    recordIds: [leadId],
    changeType: "UPDATE",
    changeOrigin: "com/salesforce/api/rest/66.0;client=Baton",
    transactionKey: `00000000-0000-4000-8000-${String(transactions).padStart(12, "0")}`,
    sequenceNumber: 1,
    commitTimestamp: startOfTime,
    commitNumber: 11_000_000_000_000n + BigInt(transactions),
    commitUser: userId,
    changedFields,
    nulledFields: [],
    row: aRow(),
    ...change,
  };
}

export function aRow(row: Row = {}): Row {
  return { Id: leadId, LastName: "Curie", Company: "Radium", Status: "MQL", LastModifiedDate: startOfTime, ...row };
}

export type World = {
  clock: Clock;
  bus: EventBus;
  client: Client;
  /** Timers that are set on the clock. */
  timers(): number;
  /** What the org's objects and channels are from now on. */
  replaceObject(object: SObject): void;
  channels: Channel[];
  /** Objects of which nobody may see all records, and fields that nobody may see. */
  hidden: { objects: Set<string>; fields: Set<string> };
  /** Tokens that are valid. */
  tokens: Set<string>;
  clientWith(metadata: Record<string, string>): Client;
  /** A stream that asks for 100 from LATEST, once the server has it; `request` bends what it asks for. */
  subscribe(request?: FetchRequest): Promise<Stream>;
  decode(event: ConsumerEvent | undefined): Promise<DecodedEvent>;
  /** The one event that `change` makes on a topic; none: the routing channel. */
  eventOf(change: Change, topic?: string): Promise<DecodedEvent>;
  stop(): Promise<void>;
};

export const goodMetadata = {
  accesstoken: `${orgId}!token`,
  instanceurl: "https://test.my.salesforce.com",
  tenantid: orgId,
};

function countingClock() {
  const clock = createClock({ startAt: startOfTime, speed: 0 });
  const pending = new Set<symbol>();
  const at: Clock["at"] = (when, run) => {
    const timer = Symbol("timer");
    pending.add(timer);
    const cancel = clock.at(when, () => {
      pending.delete(timer);
      run();
    });
    return () => {
      pending.delete(timer);
      cancel();
    };
  };
  return { clock: { ...clock, at }, timers: () => pending.size };
}

/** An org with Lead, Account, Contact, Opportunity and My_Obj__c on both channels, and a client. Stop it in `afterEach`. */
export async function startWorld(): Promise<World> {
  const { clock, timers } = countingClock();
  const byName = new Map(objects().map((object) => [object.name, object]));
  const members = [...byName.keys()].map((entityName) => ({ entityName, enrichedFields: [] }));
  const channels: Channel[] = [
    { name: "ChangeEvents", members },
    { name: "Baton_Routing__chn", members },
  ];
  const hidden: World["hidden"] = { objects: new Set(), fields: new Set() };
  const tokens = new Set([goodMetadata.accesstoken]);
  const bus = createEventBus({
    clock,
    orgId,
    random: createRandom(1),
    objectNamed: (name) => byName.get(name) ?? null,
    channels: () => channels,
    access: { canViewAll: (_user, name) => !hidden.objects.has(name), hiddenFields: () => hidden.fields },
  });
  const pubSub = await startPubSub({
    clock,
    authorize: ({ accesstoken, tenantid }) => (tokens.has(accesstoken) ? { orgId: tenantid, userId } : null),
    orgs: { busOf: (id) => (id === orgId ? bus : null) },
  });
  const clients: Client[] = [];
  const clientWith = (metadata: Record<string, string>) => {
    const client = connectClient(pubSub.url, metadata);
    clients.push(client);
    return client;
  };
  const client = clientWith(goodMetadata);
  const decode = async (event: ConsumerEvent | undefined) => {
    if (!event) throw new Error("There is no such event");
    return decodeEvent(event, await client.getSchema(event.event.schema_id));
  };
  const subscribe = async (request: FetchRequest = {}) => {
    const stream = client.subscribe({ topic_name: routing, num_requested: 100, ...request });
    // The server has read the request once it has answered a call that was sent after it.
    await client.getTopic(leads).catch(() => undefined);
    return stream;
  };
  return {
    clock,
    bus,
    client,
    timers,
    channels,
    hidden,
    tokens,
    replaceObject: (object) => void byName.set(object.name, object),
    clientWith,
    subscribe,
    decode,
    async eventOf(change, topic = routing) {
      const stream = await subscribe({ topic_name: topic });
      bus.append([change]);
      await stream.received(1);
      stream.cancel();
      return decode(stream.events[0]);
    },
    async stop() {
      for (const one of clients) one.close();
      await pubSub.stop();
      clock.stop();
    },
  };
}
