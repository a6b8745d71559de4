import type { Clock } from "../clock.ts";
import type { WebhookEvent } from "./webhook-events.ts";

/** The events of one app: those that may go out now, and those held back until the clock reaches their time. */
export type Outbox = {
  push(events: readonly WebhookEvent[]): void;
  /** Holds events until `dueAt` (epoch ms on the sandbox's clock); one timer per distinct time, not per event. */
  hold(dueAt: number, events: readonly WebhookEvent[]): void;
  take(count: number): WebhookEvent[];
  shuffle(random: () => number): void;
  readonly readyCount: number;
  readonly heldCount: number;
  clear(): void;
};

/** `onReady` is called after events became ready, in `push` as well as when held ones fall due. */
export function createOutbox(clock: Clock, onReady: () => void): Outbox {
  let ready: WebhookEvent[] = [];
  const held = new Map<number, { events: WebhookEvent[]; cancel: () => void }>();

  function push(events: readonly WebhookEvent[]): void {
    for (const event of events) ready.push(event);
    onReady();
  }

  return {
    push,
    hold(dueAt, events) {
      const together = held.get(dueAt);
      if (together) {
        together.events.push(...events);
        return;
      }
      const waiting = [...events];
      const cancel = clock.at(dueAt, () => {
        held.delete(dueAt);
        push(waiting);
      });
      held.set(dueAt, { events: waiting, cancel });
    },
    take: (count) => ready.splice(0, count),
    shuffle(random) {
      for (let last = ready.length - 1; last > 0; last -= 1) {
        const other = Math.floor(random() * (last + 1));
        const [a, b] = [ready[last], ready[other]];
        if (a && b) [ready[last], ready[other]] = [b, a];
      }
    },
    get readyCount() {
      return ready.length;
    },
    get heldCount() {
      let count = 0;
      for (const { events } of held.values()) count += events.length;
      return count;
    },
    clear() {
      ready = [];
      for (const { cancel } of held.values()) cancel();
      held.clear();
    },
  };
}
