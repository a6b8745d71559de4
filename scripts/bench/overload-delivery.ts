import { signV3 } from "../../src/sandbox/hubspot/sign.ts";
import { portalIdOf } from "./workers-crm.ts";

export const webhookPath = "/hubspot/webhooks";
const firstContact = 1_000_000_000;
const eventsPerBatch = 100;

/** Contacts of a delivery: each delivery has its own, so that every event that was acknowledged can be found again. */
export const batchOf = (contactId: string): number => Math.floor((Number(contactId) - firstContact) / eventsPerBatch);

export type DeliveryOptions = { batch: number; events: number; portals: number; now: number };

/**
 * What HubSpot sends while somebody imports or edits contacts in bulk: changes of a stage that qualifies nobody. Baton
 * stores and sorts each; how fast qualifying leads are routed depends on the CRM's limit and is `burst`'s question.
 */
export function deliveryBody({ batch, events, portals, now }: DeliveryOptions): string {
  const portalId = portalIdOf(batch % portals);
  const first = firstContact + batch * eventsPerBatch;
  const shared = `"subscriptionId":1,"portalId":${portalId},"appId":54321,"occurredAt":${now},"subscriptionType":"object.propertyChange","attemptNumber":0,"objectTypeId":"0-1","changeSource":"IMPORT","sourceId":"1","propertyName":"lifecyclestage","propertyValue":"lead","isSensitive":false}`;
  const elements = Array.from(
    { length: events },
    (_, index) => `{"eventId":${first + index},"objectId":${first + index},${shared}`,
  );
  return `[${elements.join(",")}]`;
}

export function deliveryHeaders(url: string, body: string, secret: string): Record<string, string> {
  const timestamp = String(Date.now());
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "x-hubspot-signature-v3": signV3({ method: "POST", url, body, secret }, timestamp),
    "x-hubspot-request-timestamp": timestamp,
  };
}
