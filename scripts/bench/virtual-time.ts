/** Time that moves from one scheduled moment to the next, so that ten minutes take as long as their work. */
export type VirtualTime = {
  /** Milliseconds since the beginning. */
  now(): number;
  /** Runs once after so many milliseconds; the answer cancels it. */
  setTimer(ms: number, run: () => void): () => void;
  wait(ms: number): Promise<void>;
  /** Lives through everything up to that moment, promises included. */
  runUntil(untilMs: number): Promise<void>;
};

type Timer = { at: number; order: number; run: () => void };

export function createVirtualTime(): VirtualTime {
  const timers: Timer[] = [];
  let now = 0;
  let order = 0;

  function setTimer(ms: number, run: () => void): () => void {
    order += 1;
    const timer = { at: now + Math.max(0, ms), order, run };
    timers.push(timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index >= 0) timers.splice(index, 1);
    };
  }

  return {
    now: () => now,
    setTimer,
    wait: (ms) => new Promise((resolve) => setTimer(ms, resolve)),
    async runUntil(untilMs) {
      await settled();
      for (let timer = earliest(timers); timer && timer.at <= untilMs; timer = earliest(timers)) {
        timers.splice(timers.indexOf(timer), 1);
        now = Math.max(now, timer.at);
        timer.run();
        await settled();
      }
      now = Math.max(now, untilMs);
    },
  };
}

function earliest(timers: readonly Timer[]): Timer | undefined {
  return timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
}

/** Everything that promises had to do is done when the event loop turns. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
