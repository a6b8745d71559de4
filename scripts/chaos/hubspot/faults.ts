import type { Fault as SandboxFault } from "../../../src/sandbox/hubspot/faults.ts";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import type { WebhookSettings } from "../../../src/sandbox/hubspot/webhook-settings.ts";
import { bentCalls } from "../bent-calls.ts";
import { between, everywhere, type Fault } from "../fault.ts";

const updates = "POST /crm/objects/:version/contacts/batch/update";
const creations = "POST /crm/objects/:version/tasks/batch/create";

/** Webhooks that the sender treats so while the round lasts. */
function ofWebhooks(
  hubspot: HubspotSandbox,
  name: string,
  { settings, struck }: { settings: Partial<WebhookSettings>; struck: (hubspot: HubspotSandbox) => number },
): Fault {
  return {
    name,
    in: everywhere,
    async begin() {
      const before = { ...hubspot.webhooks.settings };
      Object.assign(hubspot.webhooks.settings, settings);
      return async () => {
        for (const key of Object.keys(settings))
          Object.assign(hubspot.webhooks.settings, { [key]: Reflect.get(before, key) });
      };
    },
    struck: () => struck(hubspot),
  };
}

/** What goes wrong with calls to HubSpot, and with its webhooks. */
export const hubspotFaults = (hubspot: HubspotSandbox): readonly Fault[] => [...ofCalls(hubspot), ...ofSender(hubspot)];

const ofCalls = (hubspot: HubspotSandbox): readonly Fault[] => [
  bentCalls<SandboxFault>(hubspot, {
    name: "write done, answer lost",
    bent: [
      { route: updates, kind: "drop-after", probability: 0.4 },
      { route: creations, kind: "drop-after", probability: 0.4 },
    ],
    kind: "drop-after",
  }),
  bentCalls<SandboxFault>(hubspot, {
    name: "5xx after the effect",
    bent: [
      { route: updates, kind: "status-after", status: 502, probability: 0.4 },
      { route: creations, kind: "status-after", status: 500, probability: 0.4 },
    ],
    kind: "status-after",
  }),
  bentCalls<SandboxFault>(hubspot, {
    name: "5xx, effect seconds later",
    bent: [{ route: creations, kind: "late-effect", delayMs: 1_500, probability: 0.4 }],
    kind: "late-effect",
  }),
  bentCalls<SandboxFault>(hubspot, {
    name: "answer cut off",
    bent: [{ route: "*", kind: "truncated", probability: 0.1 }],
    kind: "truncated",
  }),
  bentCalls<SandboxFault>(hubspot, {
    name: "429 storm",
    bent: [{ route: "*", kind: "rate-limit", probability: 0.5 }],
    kind: "rate-limit",
  }),
  {
    name: "token expires in mid-batch",
    in: everywhere,
    async begin(_world, random) {
      let left = between(random, 1, 4);
      const unwatch = hubspot.requests.watch((_entry, moment) => {
        if (moment !== "arrived") return;
        left -= 1;
        if (left === 0) hubspot.tokens.expire();
      });
      return async () => unwatch();
    },
    struck: () => hubspot.requests.list().filter(({ status }) => status === 401).length,
  },
];

const ofSender = (hubspot: HubspotSandbox): readonly Fault[] => [
  ofWebhooks(hubspot, "webhooks duplicated", { settings: { duplicates: 0.6, duplicateMax: 4 }, struck: countRepeated }),
  ofWebhooks(hubspot, "webhooks shuffled", {
    settings: { shuffle: true, shuffleWithinMs: 3_000 },
    struck: countOutOfOrder,
  }),
  ofWebhooks(hubspot, "webhooks delayed", { settings: { delayMs: 4_000, delayProbability: 0.4 }, struck: countLate }),
  ofWebhooks(hubspot, "webhooks dropped", {
    settings: { dropProbability: 0.2 },
    struck: ({ webhooks }) => webhooks.deliveries.losses().filter(({ reason }) => reason === "dropped").length,
  }),
];

function countRepeated({ webhooks }: HubspotSandbox): number {
  const acknowledged = webhooks.deliveries.list().filter(({ status }) => status !== null && status < 300);
  const sent = acknowledged.reduce((sum, { events }) => sum + events.length, 0);
  return sent - webhooks.deliveries.acknowledged().length;
}

function countOutOfOrder({ webhooks }: HubspotSandbox): number {
  let newest = 0;
  let found = 0;
  for (const { events } of webhooks.deliveries.list()) {
    for (const { occurredAt, attemptNumber } of events) if (attemptNumber === 0 && occurredAt < newest) found += 1;
    newest = Math.max(newest, ...events.map(({ occurredAt }) => occurredAt));
  }
  return found;
}

/** By three seconds. */
function countLate({ webhooks }: HubspotSandbox): number {
  const first = webhooks.deliveries.list().flatMap(({ at, events }) => events.map((event) => ({ at, event })));
  return first.filter(({ at, event }) => event.attemptNumber === 0 && at - event.occurredAt >= 3_000).length;
}
