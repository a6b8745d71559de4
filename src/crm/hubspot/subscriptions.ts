/** What Baton listens to, as an app's webhook configuration names it (hubspot.md §1.5). No more: each event costs both sides. */
export const subscriptions: readonly { subscriptionType: string; objectType?: string; propertyName?: string }[] = [
  ...changesOf("contact", ["lifecyclestage", "hubspot_owner_id"]),
  ...eventsOf("contact", ["deletion", "merge", "restore"]),
  ...changesOf("company", [
    "domain",
    "name",
    "hubspot_owner_id",
    "lifecyclestage",
    "country",
    "state",
    "city",
    "zip",
    "phone",
    "hs_additional_domains",
    "numberofemployees",
  ]),
  ...eventsOf("company", ["creation", "deletion", "merge", "restore"]),
  ...changesOf("deal", ["dealstage", "hubspot_owner_id"]),
  ...eventsOf("deal", ["creation", "deletion", "associationChange"]),
  { subscriptionType: "contact.privacyDeletion" },
];

function changesOf(objectType: string, names: readonly string[]) {
  return names.map((propertyName) => ({ subscriptionType: "object.propertyChange", objectType, propertyName }));
}

function eventsOf(objectType: string, verbs: readonly string[]) {
  return verbs.map((verb) => ({ subscriptionType: `object.${verb}`, objectType }));
}
