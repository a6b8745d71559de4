import type { Deps } from "../deps.ts";
import { createHistory, type History } from "../operator/history.ts";
import { claimableWorkspaces } from "../store/leases.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** Sees what no worker can tell of: that there is none. Keeps what counters stood at, too. */
export type Observer = { history: History; start(): void; stop(): Promise<void> };

const everyMs = 15_000;

/** A process of any role has one. */
export function createObserver(
  deps: Pick<Deps, "db" | "now" | "monotonic" | "setTimer" | "log" | "metrics">,
): Observer {
  const { db, now, monotonic, setTimer, log, metrics } = deps;
  const history = createHistory();
  let repeating: Repeating | null = null;

  async function run(): Promise<void> {
    history.note(await metrics.readCounters(), monotonic());
    metrics.workspacesUnleased(await countUnleased());
  }

  /** Not a number while the database is away: the last count would tell of a time before. */
  async function countUnleased(): Promise<number> {
    try {
      return (await claimableWorkspaces(db.query, now().toISOString())).length;
    } catch (error) {
      log.warn({ error }, "could not count the workspaces that nobody works on");
      return Number.NaN;
    }
  }

  return {
    history,
    start() {
      const onError = (error: unknown) => log.error({ error }, "the figures of this process could not be noted");
      repeating = repeat({ everyMs, setTimer, run, onError });
    },
    async stop() {
      await repeating?.stop();
    },
  };
}
