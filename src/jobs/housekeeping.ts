import type { Deps } from "../deps.ts";
import { allConnections } from "../store/connections.ts";
import { giveBackMemory, type ProcessMemory } from "./give-back-memory.ts";
import { createObserver, type Observer } from "./observer.ts";
import { type Repeating, repeat } from "./repeat.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";

/** What an app does beside its work: a database that fits, figures over time, memory that is given back. */
export type Housekeeping = Pick<Upkeep, "isCurrent" | "warnings"> &
  Pick<Observer, "history"> & {
    /** Brings the schema up to date, and deletes what was kept of connections that are no more; throws what failed. */
    prepare(): Promise<void>;
    start(): void;
    stop(): Promise<void>;
  };

const cleaningMs = 3_600_000;

/** `memory`: null, it is left as it is; `memoryBytes`: what this process takes. */
export function createHousekeeping(
  deps: Deps,
  { memory, memoryBytes }: { memory: ProcessMemory | null; memoryBytes: () => number },
): Housekeeping {
  const upkeep = createUpkeep({ ...deps, memoryBytes });
  const observer = createObserver(deps);
  let givingBack: Repeating | null = null;
  let cleaning: Repeating | null = null;

  /** Another process may have been told that a connection is no more. */
  async function dropUnlinked(): Promise<void> {
    const linked = (await allConnections(deps.db.query)).filter(({ status }) => status === "active");
    deps.accountIndex.keepOnly(linked.map(({ id }) => id));
  }

  return {
    isCurrent: upkeep.isCurrent,
    warnings: upkeep.warnings,
    history: observer.history,
    async prepare() {
      await upkeep.start();
      await dropUnlinked();
    },
    start() {
      observer.start();
      cleaning = repeat({
        everyMs: cleaningMs,
        setTimer: deps.setTimer,
        run: dropUnlinked,
        onError: (error) => deps.log.warn({ error }, "kept accounts of former connections could not be looked for"),
        waitFirst: true,
      });
      if (memory !== null) givingBack = giveBackMemory({ ...deps, memory });
    },
    async stop() {
      await givingBack?.stop();
      await cleaning?.stop();
      await upkeep.stop();
      await observer.stop();
    },
  };
}
