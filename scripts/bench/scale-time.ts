/**
 * Makes this process's timers run and its clock go `factor` times as fast: every wait that a library asks for is that
 * much shorter, and it believes that the whole of it has passed. For a process that runs nothing else.
 */
export function scaleTime(factor: number): void {
  const realNow = Date.now;
  const startedAt = realNow();
  Date.now = () => Math.floor(startedAt + (realNow() - startedAt) * factor);
  globalThis.setTimeout = scaled(globalThis.setTimeout, factor);
  globalThis.setInterval = scaled(globalThis.setInterval, factor);
}

function scaled<Timer extends typeof setTimeout | typeof setInterval>(timer: Timer, factor: number): Timer {
  return new Proxy(timer, {
    apply: (target, self, [run, ms = 0, ...rest]) => Reflect.apply(target, self, [run, Number(ms) / factor, ...rest]),
  });
}
