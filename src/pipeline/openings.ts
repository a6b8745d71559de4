import { type Throttle, ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";

/** Opens one connection; tells by `waitsIn` in which throttle it waits for its calls. */
type Open = (waitsIn: (throttle: Throttle) => void) => Promise<void>;

/**
 * The connections of a workspace that are being opened. Each may wait for calls as long as an open one does, for a day where
 * those of a day are spent: the others are opened meanwhile.
 */
export type Openings = {
  /** Nothing where that is under way. What fails is logged; whoever looks again begins it again. */
  begin(connectionId: string, open: Open): void;
  /** Nothing is opened any more, and who waits for a call to do so is sent home; resolves when all have ended. */
  end(): Promise<void>;
};

export function createOpenings({ log }: Pick<Deps, "log">): Openings {
  const underWay = new Map<string, { throttle: Throttle | null; ended: Promise<void> }>();
  let isOver = false;

  async function run(connectionId: string, open: Open): Promise<void> {
    try {
      await open((throttle) => {
        if (isOver) throttle.close();
        const mine = underWay.get(connectionId);
        if (mine !== undefined) mine.throttle = throttle;
      });
    } catch (error) {
      // The workspace is stopping, or the connection was paused meanwhile.
      if (!(error instanceof ThrottleClosed))
        log.error({ error, connectionId }, "a connection could not be opened, which is tried again");
    } finally {
      underWay.delete(connectionId);
    }
  }

  return {
    begin(connectionId, open) {
      if (isOver || underWay.has(connectionId)) return;
      // Known before it begins, so that its throttle finds its place.
      const mine = { throttle: null, ended: Promise.resolve() };
      underWay.set(connectionId, mine);
      mine.ended = run(connectionId, open);
    },
    async end() {
      isOver = true;
      const left = [...underWay.values()];
      for (const { throttle } of left) throttle?.close();
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}
