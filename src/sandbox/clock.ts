/** The sandbox's own time. Rate windows, token expiry, search lag and webhook retries all run on it. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `run` once when the clock reaches `at` (epoch ms); the answer cancels it. */
  at(at: number, run: () => void): () => void;
  /** Moves the clock forward at once, running what falls due in order. */
  advance(ms: number): void;
  /** From here on one real second counts as `speed` seconds; 0 stops the clock, so that only `advance` moves it. */
  setSpeed(speed: number): void;
  /** Cancels everything that is scheduled. */
  stop(): void;
};
