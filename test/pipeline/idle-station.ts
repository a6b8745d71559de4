import type { Station } from "../../src/pipeline/station.ts";

/** A station where nothing is ever done; what is pushed goes to `push`. */
export const idleStation = <T>(push: (items: readonly T[]) => unknown = () => undefined): Station<T> => ({
  push: (items) => void push(items),
  waiting: () => 0,
  atWork: () => 0,
  busy: () => false,
  wake: () => undefined,
  drain: async () => undefined,
});
