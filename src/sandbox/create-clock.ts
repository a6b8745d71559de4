import type { Clock } from "./clock.ts";

type Timer = { at: number; order: number; run: () => void; cancelled: boolean };

/** setTimeout takes at most 2^31 − 1 ms; a longer wait is armed again in steps of this size. */
const longestWaitMs = 3_600_000;

/**
 * A clock that starts at `startAt` (epoch ms, default: now) and runs `speed` times as fast as real time.
 * Speed 0 is a manual clock: only `advance` moves it. Timers of one moment run in the order they were set.
 */
export function createClock({ startAt = Date.now(), speed = 1 }: { startAt?: number; speed?: number } = {}): Clock {
  const timers: Timer[] = [];
  let rate = speed;
  let baseAt = startAt;
  let baseReal = performance.now();
  let order = 0;
  let advancingAt: number | null = null;
  let armed: NodeJS.Timeout | undefined;

  const running = () => Math.floor(baseAt + (performance.now() - baseReal) * rate);
  const now = () => advancingAt ?? running();

  function rebase(at: number): void {
    baseAt = at;
    baseReal = performance.now();
  }

  function arm(): void {
    clearTimeout(armed);
    armed = undefined;
    const next = timers[0];
    if (!next || rate <= 0 || advancingAt !== null) return;
    const waitMs = Math.max(0, (next.at - (baseAt + (performance.now() - baseReal) * rate)) / rate);
    armed = setTimeout(runElapsed, Math.min(Math.ceil(waitMs), longestWaitMs));
  }

  function runElapsed(): void {
    try {
      const until = running();
      while ((timers[0]?.at ?? Number.POSITIVE_INFINITY) <= until) takeFirst(timers)?.run();
    } finally {
      arm();
    }
  }

  return {
    now,
    at(at, run) {
      const timer = { at, order: order++, run, cancelled: false };
      insert(timers, timer);
      if (timers[0] === timer) arm();
      return () => {
        timer.cancelled = true;
      };
    },
    advance(ms) {
      if (advancingAt !== null)
        throw new Error("The clock is being advanced already: advance it from outside its timers");
      const from = running();
      const until = from + ms;
      try {
        while ((timers[0]?.at ?? Number.POSITIVE_INFINITY) <= until) {
          const timer = takeFirst(timers);
          advancingAt = Math.max(timer?.at ?? from, advancingAt ?? from);
          timer?.run();
        }
      } finally {
        rebase(until);
        advancingAt = null;
        arm();
      }
    },
    setSpeed(next) {
      rebase(now());
      rate = next;
      arm();
    },
    stop() {
      rebase(now());
      rate = 0;
      timers.length = 0;
      clearTimeout(armed);
    },
  };
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** `timers` is a binary heap: thousands of answers wait in it at once. */
function insert(timers: Timer[], timer: Timer): void {
  let index = timers.length;
  timers.push(timer);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = timers[parentIndex];
    if (!parent || !isBefore(timer, parent)) break;
    timers[index] = parent;
    index = parentIndex;
  }
  timers[index] = timer;
}

/** Removes the first timer; answers undefined when it had been cancelled. */
function takeFirst(timers: Timer[]): Timer | undefined {
  const first = timers[0];
  const last = timers.pop();
  if (!first || !last) return undefined;
  if (first !== last) sink(timers, last);
  return first.cancelled ? undefined : first;
}

function sink(timers: Timer[], timer: Timer): void {
  let index = 0;
  for (;;) {
    const leftIndex = index * 2 + 1;
    const left = timers[leftIndex];
    const right = timers[leftIndex + 1];
    if (!left) break;
    const [childIndex, child] = right && isBefore(right, left) ? [leftIndex + 1, right] : [leftIndex, left];
    if (!isBefore(child, timer)) break;
    timers[index] = child;
    index = childIndex;
  }
  timers[index] = timer;
}
