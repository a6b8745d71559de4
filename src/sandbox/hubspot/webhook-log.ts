import type { WebhookEvent } from "./webhook-events.ts";

/** One attempt to deliver one batch. While it is under way `status` and `error` are both null. */
export type Delivery = {
  id: number;
  /** When it was sent, on the sandbox's clock. */
  at: number;
  /** Real milliseconds until the answer or the failure; null while under way. */
  durationMs: number | null;
  appId: number;
  url: string;
  events: WebhookEvent[];
  status: number | null;
  error: string | null;
};

/** An event that will not be sent (again), and why. */
export type Loss = { at: number; reason: "dropped" | "gave-up" | "uninstalled"; event: WebhookEvent };

export type DeliveryLog = {
  begin(delivery: Pick<Delivery, "at" | "appId" | "url" | "events">): Delivery;
  lose(loss: Loss): void;
  /** In the order of sending; `since` is the last id already seen. */
  list(filter?: { since?: number; portalId?: number }): Delivery[];
  losses(): Loss[];
  /** Events of which some attempt was answered with 2xx, once each, as first acknowledged. */
  acknowledged(): WebhookEvent[];
  reset(): void;
};

/** Identity of an event over all its attempts and copies (hubspot.md §1.4). */
export function eventKey(event: WebhookEvent): string {
  const association =
    event.fromObjectId === undefined
      ? []
      : [event.fromObjectId, event.toObjectId, event.associationTypeId, event.associationRemoved];
  return [
    event.appId,
    event.subscriptionId,
    event.portalId,
    event.subscriptionType,
    event.objectId ?? "",
    event.propertyName ?? "",
    event.propertyValue ?? "",
    event.occurredAt,
    event.eventId,
    ...association,
  ].join("|");
}

/** The record of every attempt. Beyond `limit` deliveries the oldest tenth is forgotten. */
export function createDeliveryLog(limit = 200_000): DeliveryLog {
  let deliveries: Delivery[] = [];
  let lost: Loss[] = [];
  let lastId = 0;
  return {
    begin(sent) {
      lastId += 1;
      const delivery = { id: lastId, ...sent, durationMs: null, status: null, error: null };
      deliveries.push(delivery);
      if (deliveries.length > limit) deliveries = deliveries.slice(Math.ceil(limit / 10));
      return delivery;
    },
    lose(loss) {
      lost.push(loss);
      if (lost.length > limit) lost = lost.slice(Math.ceil(limit / 10));
    },
    list({ since = 0, portalId } = {}) {
      return deliveries.filter(
        ({ id, events }) =>
          id > since && (portalId === undefined || events.some((event) => event.portalId === portalId)),
      );
    },
    losses: () => [...lost],
    acknowledged() {
      const events = new Map<string, WebhookEvent>();
      for (const delivery of deliveries) {
        if (delivery.status === null || delivery.status < 200 || delivery.status > 299) continue;
        for (const event of delivery.events) {
          const key = eventKey(event);
          if (!events.has(key)) events.set(key, event);
        }
      }
      return [...events.values()];
    },
    reset() {
      deliveries = [];
      lost = [];
    },
  };
}
