import type { App, Subscription } from "./portal.ts";

const genericTypes = ["creation", "deletion", "merge", "restore", "propertyChange", "associationChange"].map(
  (verb) => `object.${verb}`,
);

const classicTypes = ["contact", "company", "deal", "ticket", "line_item", "product"].flatMap((object) =>
  ["creation", "deletion", "merge", "restore", "propertyChange"]
    .concat(object === "product" ? [] : ["associationChange"])
    .map((verb) => `${object}.${verb}`),
);

/** hubspot.md §1.1: these change too often to be reported. */
const neverReported = ["num_unique_conversion_events", "hs_lastmodifieddate"];

/** hubspot.md §1.1. */
const mostSubscriptions = 1_000;

/** What HubSpot would refuse in a new subscription (hubspot.md §1.1, §1.2); empty when it is fine. */
export function checkSubscription(subscription: Subscription, app: App): string[] {
  const { subscriptionType, objectTypeId, propertyName } = subscription;
  const problems: string[] = [];
  const isGeneric = genericTypes.includes(subscriptionType);
  if (!isGeneric && !classicTypes.includes(subscriptionType) && subscriptionType !== "contact.privacyDeletion") {
    problems.push(`There is no subscription type ${subscriptionType}`);
  }
  if (isGeneric && objectTypeId === undefined) problems.push("A generic subscription needs `objectTypeId`");
  if (!isGeneric && objectTypeId !== undefined) problems.push("A classic subscription has no `objectTypeId`");
  const isPropertyChange = subscriptionType.endsWith(".propertyChange");
  if (isPropertyChange && propertyName === undefined) problems.push("A property change needs `propertyName`");
  if (!isPropertyChange && propertyName !== undefined) problems.push("Only a property change has a `propertyName`");
  if (propertyName !== undefined && neverReported.includes(propertyName)) {
    problems.push(`${propertyName} cannot be subscribed to`);
  }
  if (app.webhooks.subscriptions.length >= mostSubscriptions) {
    problems.push(`The maximum of ${mostSubscriptions} subscriptions per application was reached`);
  }
  return problems;
}
