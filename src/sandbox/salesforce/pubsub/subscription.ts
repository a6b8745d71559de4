import type { Clock } from "../../clock.ts";
import type { EventBus, StartAt } from "./event-bus.ts";
import type { DeliveredEvent, Reader } from "./read-events.ts";
import { Refusal } from "./refusal.ts";

/** As the proto has it; `replay_preset` by its name. */
export type FetchRequest = {
  topic_name: string;
  replay_preset: "LATEST" | "EARLIEST" | "CUSTOM";
  replay_id: Uint8Array;
  num_requested: number;
};

/** One answer to a subscriber. */
export type Fetched = { events: readonly DeliveredEvent[]; latestReplayId: Buffer; pending: number };

export type Subscription = {
  /** The first request opens it, later ones add capacity. */
  fetch(request: FetchRequest): void;
  /** Ends it without a word to the client, who is gone. */
  end(): void;
};

export type SubscriptionOptions = {
  clock: Clock;
  bus: EventBus;
  userId: string;
  send(fetched: Fetched): void;
  /** Called once, when the service ends it. */
  close(refusal: Refusal): void;
};

/** Events that a client may have outstanding; a request for more counts as one for these. */
const mostRequested = 100;

/** An empty answer must come within 270 s. */
const keepaliveMs = 260_000;

/** So long a client may leave the stream without a request for more. */
const idleMs = 60_000;

/**
 * The flow control of one Subscribe stream (salesforce.md §1.3 "Rules"): never more events than were asked for, a sign of
 * life while none come, and the end when nothing more is asked for. Time is the sandbox's.
 */
export function createSubscription({ clock, bus, userId, send, close }: SubscriptionOptions): Subscription {
  let reader: Reader | null = null;
  let credit = 0;
  let isOver = false;
  let cancelTimer = waitForRequest();
  const disconnect = bus.connect({ arrived: () => guarded(deliver), close: () => refuse(unavailable()) });

  function waitForRequest(): () => void {
    const idle = new Refusal("idle", "The stream was closed: no events were requested for 60 seconds.");
    return clock.at(clock.now() + idleMs, () => refuse(idle));
  }

  function waitForEvents(): () => void {
    return clock.at(clock.now() + keepaliveMs, () => guarded(() => answer([])));
  }

  function end(): void {
    isOver = true;
    cancelTimer();
    disconnect();
  }

  function refuse(refusal: Refusal): void {
    if (isOver) return;
    end();
    close(refusal);
  }

  /** What `run` refuses ends the stream. */
  function guarded(run: () => void): void {
    if (isOver) return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error);
    }
  }

  function answer(events: readonly DeliveredEvent[]): void {
    if (!reader) return;
    credit -= events.length;
    send({ events, latestReplayId: events.at(-1)?.replayId ?? bus.replayIdAt(reader), pending: credit });
    cancelTimer();
    cancelTimer = credit > 0 ? waitForEvents() : waitForRequest();
  }

  function deliver(): void {
    while (reader && credit > 0 && !isOver) {
      const events = bus.read(reader, credit);
      if (events.length === 0) return;
      answer(events);
      if (bus.strikesStream()) refuse(unavailable());
    }
  }

  function fetch(request: FetchRequest): void {
    if (request.num_requested <= 0) {
      throw new Refusal("too-few-requested", "The number of requested events must be greater than zero.");
    }
    if (!reader) reader = bus.open(bus.topic(request.topic_name, userId), userId, startOf(request));
    else if (request.topic_name !== "" && request.topic_name !== reader.topic.name) {
      throw new Refusal("other-topic", `The stream is subscribed to ${reader.topic.name}: the topic can't change.`);
    }
    const wasIdle = credit === 0;
    credit = Math.min(mostRequested, credit + request.num_requested);
    if (wasIdle) {
      cancelTimer();
      cancelTimer = waitForEvents();
    }
    deliver();
  }

  return { fetch: (request) => guarded(() => fetch(request)), end };
}

/** What a client is told whose stream is closed for no fault of its own. */
function unavailable(): Refusal {
  return new Refusal("unavailable", "The service is unavailable. Try again later.");
}

function startOf({ replay_preset, replay_id }: FetchRequest): StartAt {
  return replay_preset === "CUSTOM" ? { after: replay_id } : replay_preset;
}
