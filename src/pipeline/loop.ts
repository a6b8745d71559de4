import { ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";

/** Work that runs one at a time: when poked, and every so often. */
export type Loop = {
  start(): void;
  /** Runs soon; once more after the present run when it is running. */
  poke(): void;
  /** Resolves when the present run has ended; nothing runs afterwards. */
  stop(): Promise<void>;
};

type LoopOptions = {
  name: string;
  run: () => Promise<void>;
  /** Null: only when poked. */
  everyMs: number | null;
};

/** A failed run is logged and tried again at its next turn, a second later at the soonest. */
export function createLoop(deps: Pick<Deps, "setTimer" | "log">, { name, run, everyMs }: LoopOptions): Loop {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = true;
  let cancel = (): void => undefined;

  function schedule(ms: number): void {
    cancel();
    cancel = deps.setTimer(ms, poke);
  }

  async function runOnce(): Promise<void> {
    try {
      await run();
      if (everyMs !== null && !stopped) schedule(everyMs);
    } catch (error) {
      // The workspace is stopping, or one of its connections was paused meanwhile: the others go on.
      if (!(error instanceof ThrottleClosed))
        deps.log.error({ error, because: name }, "a loop of a workspace failed and goes on");
      if (!stopped) schedule(Math.min(everyMs ?? 1_000, 1_000));
    }
  }

  function poke(): void {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = runOnce().finally(() => {
      running = null;
      if (again) {
        again = false;
        poke();
      }
    });
  }

  return {
    start() {
      stopped = false;
      poke();
    },
    poke,
    async stop() {
      stopped = true;
      again = false;
      cancel();
      await running;
    },
  };
}
