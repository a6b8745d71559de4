import type { App, Change, Portal, Subscription } from "./portal.ts";

/** One element of a webhook body, as hubspot.md §1.3 lists the fields. */
export type WebhookEvent = {
  eventId: number;
  subscriptionId: number;
  portalId: number;
  appId: number;
  occurredAt: number;
  subscriptionType: string;
  attemptNumber: number;
  objectTypeId?: string;
  objectId?: number;
  changeSource?: string;
  sourceId?: string;
  changeFlag?: string;
  propertyName?: string;
  propertyValue?: string;
  isSensitive?: boolean;
  primaryObjectId?: number;
  mergedObjectIds?: number[];
  newObjectId?: number;
  numberOfPropertiesMoved?: number;
  associationType?: string;
  fromObjectId?: number;
  toObjectId?: number;
  fromObjectTypeId?: string;
  toObjectTypeId?: string;
  associationTypeId?: number;
  associationCategory?: string;
  associationRemoved?: boolean;
  isPrimaryAssociation?: boolean;
};

type EventDetails = Omit<
  WebhookEvent,
  "eventId" | "subscriptionId" | "portalId" | "appId" | "occurredAt" | "subscriptionType" | "attemptNumber"
>;

/** The names that classic subscription types and association types begin with. */
const classicNames: Record<string, string> = {
  "0-1": "contact",
  "0-2": "company",
  "0-3": "deal",
  "0-5": "ticket",
  "0-7": "product",
  "0-8": "line_item",
  "0-27": "task",
  "0-46": "note",
  "0-47": "meeting",
  "0-48": "call",
  "0-49": "email",
};

/** Every event that one change raises for one app: one per matching active subscription, none when nothing matches. */
export function eventsFor(given: {
  portal: Portal;
  app: App;
  change: Change;
  nextEventId: () => number;
}): WebhookEvent[] {
  const { portal, app, change, nextEventId } = given;
  if (change.kind === "propertyChange" && !raisesEvents(portal, change)) return [];
  const events: WebhookEvent[] = [];
  for (const subscription of app.webhooks.subscriptions) {
    if (!matches(subscription, change)) continue;
    const { objectTypeId, objectId, ...details } = detailsOf(portal, subscription, change);
    events.push({
      eventId: nextEventId(),
      subscriptionId: subscription.id,
      portalId: portal.id,
      appId: app.id,
      occurredAt: change.at,
      subscriptionType: subscription.subscriptionType,
      ...(objectTypeId === undefined ? {} : { objectTypeId }),
      attemptNumber: 0,
      ...(objectId === undefined ? {} : { objectId }),
      ...details,
    });
  }
  return events;
}

/** Properties that the portal lacks send nothing (hubspot.md §1.1); calculated ones raise no change at all. */
function raisesEvents(portal: Portal, change: Extract<Change, { kind: "propertyChange" }>): boolean {
  const definition = portal.properties.get(change.objectTypeId)?.get(change.property);
  return definition?.archivedAt === null;
}

function matches(subscription: Subscription, change: Change): boolean {
  if (!subscription.active) return false;
  if (change.kind === "propertyChange" && subscription.propertyName !== change.property) return false;
  const typeId = change.kind === "associationChange" ? change.fromObjectTypeId : change.objectTypeId;
  if (isGeneric(subscription)) {
    // There is no generic form of the privacy deletion (hubspot.md §1.2).
    if (change.kind === "privacyDeletion") return false;
    return subscription.subscriptionType === `object.${change.kind}` && subscription.objectTypeId === typeId;
  }
  return subscription.subscriptionType === `${classicNames[typeId]}.${change.kind}`;
}

function isGeneric(subscription: Subscription): boolean {
  return subscription.subscriptionType.startsWith("object.");
}

function detailsOf(portal: Portal, subscription: Subscription, change: Change): EventDetails {
  const generic = isGeneric(subscription);
  const source = {
    changeSource: change.source.type,
    ...(change.source.id === "" ? {} : { sourceId: change.source.id }),
  };
  switch (change.kind) {
    case "propertyChange":
      return {
        ...ofObject(generic, change.objectTypeId, change.objectId),
        ...propertyDetails(portal, generic, change),
        ...source,
      };
    case "merge":
      return {
        ...ofObject(generic, change.objectTypeId, change.newObjectId),
        primaryObjectId: Number(change.primaryObjectId),
        mergedObjectIds: change.mergedObjectIds.map(Number),
        newObjectId: Number(change.newObjectId),
        numberOfPropertiesMoved: change.propertiesMoved,
        ...source,
      };
    case "associationChange":
      return { ...associationDetails(generic, change), ...source };
    case "creation":
      return { ...ofObject(generic, change.objectTypeId, change.objectId), changeFlag: "NEW", ...source };
    case "deletion":
      return { ...ofObject(generic, change.objectTypeId, change.objectId), changeFlag: "DELETED", ...source };
    case "restore":
    case "privacyDeletion":
      return { ...ofObject(generic, change.objectTypeId, change.objectId), ...source };
  }
}

function ofObject(generic: boolean, objectTypeId: string, objectId: string): EventDetails {
  return { ...(generic ? { objectTypeId } : {}), objectId: Number(objectId) };
}

function propertyDetails(
  portal: Portal,
  generic: boolean,
  change: Extract<Change, { kind: "propertyChange" }>,
): EventDetails {
  const isSensitive = portal.properties.get(change.objectTypeId)?.get(change.property)?.sensitive === true;
  return {
    propertyName: change.property,
    propertyValue: isSensitive ? "REDACTED" : change.value,
    ...(isSensitive && generic ? { isSensitive } : {}),
  };
}

function associationDetails(generic: boolean, change: Extract<Change, { kind: "associationChange" }>): EventDetails {
  const from = classicNames[change.fromObjectTypeId] ?? change.fromObjectTypeId;
  const to = classicNames[change.toObjectTypeId] ?? change.toObjectTypeId;
  return {
    ...(generic
      ? {
          objectTypeId: change.fromObjectTypeId,
          fromObjectTypeId: change.fromObjectTypeId,
          toObjectTypeId: change.toObjectTypeId,
          associationTypeId: change.type.typeId,
          associationCategory: change.type.category,
        }
      : {}),
    associationType: `${from}_TO_${to}`.toUpperCase(),
    fromObjectId: Number(change.fromObjectId),
    toObjectId: Number(change.toObjectId),
    associationRemoved: change.removed,
    isPrimaryAssociation: change.primary,
  };
}
