import type { Deps } from "../deps.ts";

export type Repeating = {
  /** Resolves when no run is under way any more. */
  stop(): Promise<void>;
};

export type RepeatOptions = {
  everyMs: number;
  setTimer: Deps["setTimer"];
  run: () => Promise<void>;
  /** A run that fails is told and does not end the repeating. */
  onError: (error: unknown) => void;
  /** The first run comes after `everyMs` too. */
  waitFirst?: boolean;
};

/** Runs at once and then `everyMs` after each end, so that runs never overlap. */
export function repeat({ everyMs, setTimer, run, onError, waitFirst = false }: RepeatOptions): Repeating {
  let isStopped = false;
  let cancel: () => void = () => undefined;
  let current = Promise.resolve();

  function begin(): void {
    current = step();
  }

  async function step(): Promise<void> {
    try {
      await run();
    } catch (error) {
      onError(error);
    }
    if (!isStopped) cancel = setTimer(everyMs, begin);
  }

  if (waitFirst) cancel = setTimer(everyMs, begin);
  else begin();

  return {
    async stop() {
      isStopped = true;
      cancel();
      await current;
    },
  };
}
