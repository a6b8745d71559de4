import { ControlError, flag, listOf, number, readFields, text, url } from "../control-input.ts";
import { type ControlCall, type ControlRoute, queryNumber } from "../control-listener.ts";
import type { Answer } from "../http.ts";
import { appOf, listFilter } from "./control-route.ts";
import type { App, Subscription } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";
import { checkSubscription } from "./subscriptions.ts";
import { eventKey } from "./webhook-log.ts";
import { changeWebhookSettings, defaultWebhookSettings } from "./webhook-settings.ts";

const none: Answer = { status: 204 };

/** Apps, their subscriptions, and how and what webhooks were sent. */
export const webhookControlRoutes: ControlRoute<HubspotState>[] = [
  {
    method: "GET",
    paths: ["/apps"],
    about: "the apps with their webhook subscriptions",
    handle: (state) => ({ status: 200, body: { results: state.apps } }),
  },
  {
    method: "PATCH",
    paths: ["/apps/:appId"],
    about:
      "{targetUrl?, maxConcurrentRequests?, clientSecret?, redirectUris?, requiredScopes?, optionalScopes?}: changes an app",
    handle: changeApp,
  },
  {
    method: "POST",
    paths: ["/apps/:appId/subscriptions"],
    about: "{subscriptionType, objectTypeId?, propertyName?, active?}: subscribes; with objectTypeId for `object.*`",
    handle(state, call) {
      const subscription = subscribe(appOf(state, call), call.body);
      return { status: 201, body: subscription };
    },
  },
  {
    method: "PATCH",
    paths: ["/apps/:appId/subscriptions/:subscriptionId"],
    about: "{active}: switches a subscription on or off",
    handle(state, call) {
      const subscription = subscriptionOf(appOf(state, call), call);
      const fields = readFields(call.body);
      const active = fields.need("active", flag);
      fields.check();
      subscription.active = active;
      return { status: 200, body: subscription };
    },
  },
  {
    method: "DELETE",
    paths: ["/apps/:appId/subscriptions/:subscriptionId"],
    about: "ends a subscription",
    handle(state, call) {
      const app = appOf(state, call);
      const subscription = subscriptionOf(app, call);
      app.webhooks.subscriptions.splice(app.webhooks.subscriptions.indexOf(subscription), 1);
      return none;
    },
  },
  {
    method: "GET",
    paths: ["/webhooks/settings"],
    about: "how webhooks are sent",
    handle: (state) => ({ status: 200, body: state.webhooks.settings }),
  },
  {
    method: "PATCH",
    paths: ["/webhooks/settings"],
    about: "any of the settings: delay, duplicates, disorder, drops, signatures, timeouts, retries",
    handle(state, { body }) {
      changeWebhookSettings(state.webhooks.settings, body);
      return { status: 200, body: state.webhooks.settings };
    },
  },
  {
    method: "DELETE",
    paths: ["/webhooks/settings"],
    about: "back to HubSpot's ordinary behaviour",
    handle(state) {
      Object.assign(state.webhooks.settings, defaultWebhookSettings());
      return none;
    },
  },
  {
    method: "GET",
    paths: ["/webhooks/pending"],
    about: "{ready, inFlight, held}: what is still to be sent",
    handle: (state) => ({ status: 200, body: state.webhooks.pending() }),
  },
  {
    method: "POST",
    paths: ["/webhooks/idle"],
    about: "answers once nothing is ready or in flight (held events do not count)",
    async handle(state) {
      await state.webhooks.idle();
      return { status: 200, body: state.webhooks.pending() };
    },
  },
  {
    method: "GET",
    paths: ["/webhooks/deliveries"],
    about: "?since=&portalId=&limit=: every attempt, oldest first: at, url, events with their keys, status or error",
    handle: listDeliveries,
  },
  {
    method: "GET",
    paths: ["/webhooks/acknowledged"],
    about: "the events that were answered with 2xx, once each",
    handle: (state) => ({ status: 200, body: { results: withKeys(state.webhooks.deliveries.acknowledged()) } }),
  },
  {
    method: "GET",
    paths: ["/webhooks/losses"],
    about: "the events that will never be sent (again), and why",
    handle: (state) => ({ status: 200, body: { results: state.webhooks.deliveries.losses() } }),
  },
  {
    method: "DELETE",
    paths: ["/webhooks/deliveries"],
    about: "forgets deliveries and losses",
    handle(state) {
      state.webhooks.deliveries.reset();
      return none;
    },
  },
];

function changeApp(state: HubspotState, call: ControlCall): Answer {
  const app = appOf(state, call);
  const fields = readFields(call.body);
  const { webhooks } = app;
  const changed = {
    clientSecret: fields.maybe("clientSecret", text) ?? app.clientSecret,
    redirectUris: fields.maybe("redirectUris", listOf(text)) ?? app.redirectUris,
    requiredScopes: fields.maybe("requiredScopes", listOf(text)) ?? app.requiredScopes,
    optionalScopes: fields.maybe("optionalScopes", listOf(text)) ?? app.optionalScopes,
  };
  const targetUrl = fields.maybe("targetUrl", url) ?? webhooks.targetUrl;
  const maxConcurrentRequests = fields.maybe("maxConcurrentRequests", number) ?? webhooks.maxConcurrentRequests;
  // hubspot.md §1.4.
  if (maxConcurrentRequests <= 5) fields.problem("`maxConcurrentRequests` must be greater than 5");
  fields.check();
  Object.assign(app, changed);
  Object.assign(webhooks, { targetUrl, maxConcurrentRequests });
  return { status: 200, body: app };
}

function subscribe(app: App, body: unknown): Subscription {
  const fields = readFields(body);
  const objectTypeId = fields.maybe("objectTypeId", text);
  const propertyName = fields.maybe("propertyName", text);
  const subscription: Subscription = {
    id: Math.max(0, ...app.webhooks.subscriptions.map((known) => known.id)) + 1,
    subscriptionType: fields.need("subscriptionType", text),
    ...(objectTypeId === undefined ? {} : { objectTypeId }),
    ...(propertyName === undefined ? {} : { propertyName }),
    active: fields.maybe("active", flag) ?? true,
  };
  for (const problem of checkSubscription(subscription, app)) fields.problem(problem);
  fields.check();
  app.webhooks.subscriptions.push(subscription);
  return subscription;
}

function subscriptionOf(app: App, { params }: ControlCall): Subscription {
  const found = app.webhooks.subscriptions.find(({ id }) => id === Number(params.subscriptionId));
  if (!found) throw new ControlError(404, `App ${app.id} has no subscription ${params.subscriptionId}`);
  return found;
}

function listDeliveries({ webhooks }: HubspotState, { query }: ControlCall): Answer {
  const found = webhooks.deliveries.list(listFilter(query));
  const shown = found.slice(0, queryNumber(query, "limit"));
  return {
    status: 200,
    body: { results: shown.map((delivery) => ({ ...delivery, events: withKeys(delivery.events) })) },
  };
}

function withKeys<T extends Parameters<typeof eventKey>[0]>(events: readonly T[]): (T & { key: string })[] {
  return events.map((event) => ({ key: eventKey(event), ...event }));
}
