import type { Clock } from "../clock.ts";
import type { App, Change, Installation, Portal } from "./portal.ts";
import { eventsFor, type WebhookEvent } from "./webhook-events.ts";
import { createDeliveryLog, type DeliveryLog } from "./webhook-log.ts";
import { createOutbox, type Outbox } from "./webhook-outbox.ts";
import { createPoster, type Poster } from "./webhook-post.ts";
import { defaultWebhookSettings, type WebhookSettings } from "./webhook-settings.ts";
import { signatureHeaders } from "./webhook-signature.ts";

export type WebhookSender = {
  /** From now on the portal's changes are reported to the apps installed in it. */
  watch(portal: Portal): void;
  settings: WebhookSettings;
  deliveries: DeliveryLog;
  /** What is not delivered yet: events waiting for a batch, requests in flight, events held until a later time. */
  pending(): { ready: number; inFlight: number; held: number };
  /** Resolves once nothing is ready or in flight; what is held for a later time does not count. */
  idle(): Promise<void>;
  /** Drops whatever is waiting and closes the connections. */
  stop(): void;
};

export type WebhookSenderOptions = {
  clock: Clock;
  apps: readonly App[];
  installations: readonly Installation[];
  random: () => number;
};

/** One app's lane: its events, the window in which they gather, its requests in flight. */
type Lane = { app: App; outbox: Outbox; inFlight: number; window: NodeJS.Timeout | null };

type State = WebhookSenderOptions & {
  settings: WebhookSettings;
  deliveries: DeliveryLog;
  poster: Poster;
  lanes: Map<number, Lane>;
  idleWaiters: (() => void)[];
  lastEventId: number;
  stopped: boolean;
};

/** Sends what happens in watched portals to the apps' target URLs, by the rules of hubspot.md §1.3 and §1.4. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const state: State = {
    ...options,
    settings: defaultWebhookSettings(),
    deliveries: createDeliveryLog(),
    poster: createPoster(),
    lanes: new Map(),
    idleWaiters: [],
    lastEventId: 3_816_000_000,
    stopped: false,
  };
  return {
    watch(portal) {
      portal.listeners.push((change) => report(state, portal, change));
    },
    settings: state.settings,
    deliveries: state.deliveries,
    pending: () => countPending(state),
    idle: () =>
      new Promise((resolve) => {
        state.idleWaiters.push(resolve);
        settle(state);
      }),
    stop: () => stop(state),
  };
}

function report(state: State, portal: Portal, change: Change): void {
  if (state.stopped) return;
  for (const app of state.apps) {
    if (app.webhooks.targetUrl === "" || !isInstalled(state, app.id, portal.id)) continue;
    const events = eventsFor({ portal, app, change, nextEventId: () => nextEventId(state) });
    if (events.length > 0) submit(state, laneOf(state, app), events);
  }
}

function isInstalled({ installations }: State, appId: number, portalId: number): boolean {
  return installations.some((one) => one.appId === appId && one.portalId === portalId && !one.removed);
}

function nextEventId(state: State): number {
  if (!state.settings.equalEventIds) state.lastEventId += 1;
  return state.lastEventId;
}

function laneOf(state: State, app: App): Lane {
  const known = state.lanes.get(app.id);
  if (known) return known;
  const lane: Lane = {
    app,
    outbox: createOutbox(state.clock, () => openWindow(state, lane)),
    inFlight: 0,
    window: null,
  };
  state.lanes.set(app.id, lane);
  return lane;
}

/** Events enter their lane: some never, some twice, some later, as the settings say. */
function submit(state: State, lane: Lane, events: readonly WebhookEvent[]): void {
  const { settings, random, deliveries } = state;
  const now = state.clock.now();
  const ready: WebhookEvent[] = [];
  for (const event of events) {
    if (random() < settings.withoutSourceProbability) {
      delete event.changeSource;
      delete event.sourceId;
    }
    if (random() < settings.dropProbability) {
      deliveries.lose({ at: now, reason: "dropped", event });
      continue;
    }
    const copies = random() < settings.duplicates ? 2 + Math.floor(random() * settings.duplicateMax) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const dueAt = firstAttemptAt(state, now);
      const sent = copy > 0 && settings.duplicatesAsNew ? { ...event, eventId: nextEventId(state) } : event;
      if (dueAt > now) lane.outbox.hold(dueAt, [sent]);
      else ready.push(sent);
    }
  }
  if (ready.length > 0) lane.outbox.push(ready);
}

/** Random hold-backs end on whole seconds, so that a burst of thousands shares its timers. */
function firstAttemptAt({ settings, random }: State, now: number): number {
  const delayMs = settings.delayMs > 0 && random() < settings.delayProbability ? settings.delayMs : 0;
  if (settings.shuffleWithinMs === 0) return now + delayMs;
  const spreadMs = Math.floor(random() * settings.shuffleWithinMs);
  return Math.max(now, Math.floor((now + delayMs + spreadMs) / 1_000) * 1_000);
}

function openWindow(state: State, lane: Lane): void {
  if (state.stopped) return;
  lane.window ??= setTimeout(() => {
    lane.window = null;
    if (state.settings.shuffle) lane.outbox.shuffle(state.random);
    sendReady(state, lane);
  }, state.settings.batchWindowMs);
}

function sendReady(state: State, lane: Lane): void {
  while (lane.outbox.readyCount > 0 && lane.inFlight < lane.app.webhooks.maxConcurrentRequests) {
    const batch = lane.outbox.take(state.settings.maxBatch).filter((event) => mayGo(state, event));
    if (batch.length > 0) void deliver(state, lane, batch);
  }
  settle(state);
}

/** After an uninstall webhooks simply stop, for what already waits too (hubspot.md §2.3). */
function mayGo(state: State, event: WebhookEvent): boolean {
  if (isInstalled(state, event.appId, event.portalId)) return true;
  state.deliveries.lose({ at: state.clock.now(), reason: "uninstalled", event });
  return false;
}

async function deliver(state: State, lane: Lane, events: WebhookEvent[]): Promise<void> {
  lane.inFlight += 1;
  const now = state.clock.now();
  const url = lane.app.webhooks.targetUrl;
  const body = JSON.stringify(events);
  const headers = signatureHeaders({ app: lane.app, body, settings: state.settings, now });
  const delivery = state.deliveries.begin({ at: now, appId: lane.app.id, url, events });
  const startedAt = performance.now();
  const result = await state.poster.post({ url, body, headers, limit: (expire) => startLimit(state, expire) });
  delivery.durationMs = performance.now() - startedAt;
  delivery.status = result.status;
  delivery.error = result.error;
  lane.inFlight -= 1;
  if (state.stopped) return;
  // hubspot.md §1.4: no connection, no full answer in time, or any 4xx and 5xx.
  if (result.status === null || result.status >= 400) retry(state, lane, events);
  // An open window means that events just arrived: they go out together when it closes.
  if (lane.window === null) sendReady(state, lane);
}

function startLimit({ settings, clock }: State, expire: () => void): () => void {
  if (settings.timeoutClock === "sandbox") return clock.at(clock.now() + settings.timeoutMs, expire);
  const timer = setTimeout(expire, settings.timeoutMs);
  return () => clearTimeout(timer);
}

/** Events come back with others that are due by then: a retried batch may regroup (hubspot.md §8.4). */
function retry({ settings, random, clock, deliveries }: State, lane: Lane, events: readonly WebhookEvent[]): void {
  const now = clock.now();
  for (const [attempt, together] of byAttempt(events)) {
    const delayMs = settings.retryDelaysMs[attempt];
    if (delayMs === undefined) {
      for (const event of together) deliveries.lose({ at: now, reason: "gave-up", event });
      continue;
    }
    const spread = 1 + settings.retryJitter * (2 * random() - 1);
    const again = together.map((event) => ({ ...event, attemptNumber: attempt + 1 }));
    lane.outbox.hold(now + Math.round(delayMs * spread), again);
  }
}

function byAttempt(events: readonly WebhookEvent[]): Map<number, WebhookEvent[]> {
  const groups = new Map<number, WebhookEvent[]>();
  for (const event of events) {
    const group = groups.get(event.attemptNumber);
    if (group) group.push(event);
    else groups.set(event.attemptNumber, [event]);
  }
  return groups;
}

function settle(state: State): void {
  for (const { window, inFlight, outbox } of state.lanes.values()) {
    if (window !== null || inFlight > 0 || outbox.readyCount > 0) return;
  }
  const waiters = state.idleWaiters;
  state.idleWaiters = [];
  for (const resolve of waiters) resolve();
}

function countPending({ lanes }: State): { ready: number; inFlight: number; held: number } {
  const pending = { ready: 0, inFlight: 0, held: 0 };
  for (const { outbox, inFlight } of lanes.values()) {
    pending.ready += outbox.readyCount;
    pending.inFlight += inFlight;
    pending.held += outbox.heldCount;
  }
  return pending;
}

function stop(state: State): void {
  state.stopped = true;
  for (const lane of state.lanes.values()) {
    if (lane.window !== null) clearTimeout(lane.window);
    lane.window = null;
    lane.outbox.clear();
  }
  state.poster.close();
  for (const resolve of state.idleWaiters) resolve();
}
