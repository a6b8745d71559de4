import { flag, type Kind, listOf, number, oneOf, readFields, share } from "../control-input.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const signatureModes = ["valid", "stale", "wrong", "missing", "v1-only"] as const;
const clocks = ["sandbox", "wall"] as const;

/** How the sender treats what it sends. Mutable: a test or the control API bends one field at a time. */
export type WebhookSettings = {
  /** Milliseconds on the sandbox's clock that an event waits before its first attempt. */
  delayMs: number;
  /** Share of events that `delayMs` applies to, 0–1. */
  delayProbability: number;
  /** Probability, 0–1, that an event is sent again with the same eventId. */
  duplicates: number;
  /** How many extra copies a duplicated event may have at most. */
  duplicateMax: number;
  /** Each extra copy is an event of its own, with its own eventId: HubSpot reports one change more than once. */
  duplicatesAsNew: boolean;
  /** Shuffles the events that wait together. */
  shuffle: boolean;
  /** Beyond that, each copy is held back for a random time up to this, on the sandbox's clock. */
  shuffleWithinMs: number;
  /** Probability, 0–1, that an event is never sent. */
  dropProbability: number;
  /** Probability, 0–1, that an event lacks changeSource and sourceId. */
  withoutSourceProbability: number;
  signature: (typeof signatureModes)[number];
  /** Whose time the signature's timestamp shows: "wall" for a receiver that does not share the sandbox's clock. */
  signatureClock: (typeof clocks)[number];
  /** All events share one eventId: HubSpot does not promise that it is unique (hubspot.md §1.3). */
  equalEventIds: boolean;
  /** Real milliseconds that a first event waits for company. */
  batchWindowMs: number;
  maxBatch: number;
  timeoutMs: number;
  /** What `timeoutMs` is measured on: a receiver lives in real time, a test may want to move the clock instead. */
  timeoutClock: (typeof clocks)[number];
  /** One delay per retry, on the sandbox's clock. */
  retryDelaysMs: number[];
  /** Each delay is drawn from ±this share around its value. */
  retryJitter: number;
};

/** HubSpot's own behaviour with no fault: 5 s limit, ten randomised retries within 24 h (hubspot.md §1.4). */
export function defaultWebhookSettings(): WebhookSettings {
  return {
    delayMs: 0,
    delayProbability: 1,
    duplicates: 0,
    duplicateMax: 1,
    duplicatesAsNew: false,
    shuffle: false,
    shuffleWithinMs: 0,
    dropProbability: 0,
    withoutSourceProbability: 0,
    signature: "valid",
    signatureClock: "sandbox",
    equalEventIds: false,
    batchWindowMs: 2,
    maxBatch: 100,
    timeoutMs: 5_000,
    timeoutClock: "wall",
    retryDelaysMs: [1, 2, 5, 10, 30]
      .map((minutes) => minutes * minuteMs)
      .concat([1, 2, 4, 6, 7].map((hours) => hours * hourMs)),
    retryJitter: 0.1,
  };
}

const kinds: { [Name in keyof WebhookSettings]: Kind<WebhookSettings[Name]> } = {
  delayMs: number,
  delayProbability: share,
  duplicates: share,
  duplicateMax: number,
  duplicatesAsNew: flag,
  shuffle: flag,
  shuffleWithinMs: number,
  dropProbability: share,
  withoutSourceProbability: share,
  signature: oneOf(signatureModes),
  signatureClock: oneOf(clocks),
  equalEventIds: flag,
  batchWindowMs: number,
  maxBatch: number,
  timeoutMs: number,
  timeoutClock: oneOf(clocks),
  retryDelaysMs: listOf(number),
  retryJitter: share,
};

/** Changes the settings that a request body names; throws one 400 with all that is wrong, and changes nothing then. */
export function changeWebhookSettings(settings: WebhookSettings, body: unknown): void {
  const fields = readFields(body);
  const changed: Partial<Record<keyof WebhookSettings, unknown>> = {};
  for (const name of fields.names()) {
    if (isSetting(name)) changed[name] = fields.need<unknown>(name, kinds[name]);
    else fields.problem(`There is no \`${name}\``);
  }
  const maxBatch = fields.maybe("maxBatch", number) ?? 1;
  if (maxBatch < 1 || maxBatch > 100) fields.problem("`maxBatch` must be 1 to 100");
  fields.check();
  Object.assign(settings, changed);
}

function isSetting(name: string): name is keyof WebhookSettings {
  return Object.hasOwn(kinds, name);
}
