import type { App, Subscription } from "./portal.ts";

/** The app that Baton is at HubSpot: hubspot.md §2.4 scopes, the subscriptions it needs, no target URL yet. */
export function createDefaultApp(): App {
  return {
    id: 54321,
    clientId: "baton",
    clientSecret: "secret",
    redirectUris: [],
    requiredScopes: [
      "oauth",
      "crm.objects.contacts.read",
      "crm.objects.contacts.write",
      "crm.schemas.contacts.read",
      "crm.schemas.contacts.write",
      "crm.objects.companies.read",
      "crm.objects.deals.read",
      "crm.objects.owners.read",
    ],
    optionalScopes: [
      "crm.objects.users.read",
      "settings.users.teams.read",
      "settings.users.read",
      "scheduler.meetings.meeting-link.read",
      "crm.objects.leads.read",
      "crm.objects.leads.write",
      "crm.objects.companies.write",
      "crm.lists.read",
      "sales-email-read",
      "forms",
      "automation",
      "timeline",
    ],
    webhooks: { targetUrl: "", maxConcurrentRequests: 10, subscriptions: defaultSubscriptions() },
  };
}

function defaultSubscriptions(): Subscription[] {
  const wanted: Omit<Subscription, "id" | "active">[] = [
    ...propertyChanges("0-1", ["lifecyclestage", "hubspot_owner_id"]),
    ...generic("0-1", ["deletion", "merge", "restore"]),
    ...propertyChanges("0-2", [
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
    ...generic("0-2", ["creation", "deletion", "merge", "restore"]),
    ...propertyChanges("0-3", ["dealstage", "hubspot_owner_id"]),
    ...generic("0-3", ["creation", "deletion", "associationChange"]),
    { subscriptionType: "contact.privacyDeletion" },
  ];
  return wanted.map((subscription, index) => ({ id: index + 1, ...subscription, active: true }));
}

function propertyChanges(objectTypeId: string, names: string[]): Omit<Subscription, "id" | "active">[] {
  return names.map((propertyName) => ({ subscriptionType: "object.propertyChange", objectTypeId, propertyName }));
}

function generic(objectTypeId: string, verbs: string[]): Omit<Subscription, "id" | "active">[] {
  return verbs.map((verb) => ({ subscriptionType: `object.${verb}`, objectTypeId }));
}
