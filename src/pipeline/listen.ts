import type { FeedBatch, FeedEnd, OpenFeed } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { CrmError } from "../errors.ts";
import { addEvents } from "../store/inbox.ts";
import { dropCursor, readCursor, saveCursor } from "../store/sync-cursors.ts";
import { createFeedDenials } from "./feed-denials.ts";
import { createLoop, type Loop } from "./loop.ts";
import { eventRow, inboxChannel } from "./receive.ts";
import type { Link, Workspace } from "./workspace.ts";

type Heard = { link: Link; feed: OpenFeed };

const cursorKind = "changes";

/** A feed that ended, or whose connection was opened, is opened so soon. */
const everyMs = 1_000;

/**
 * Listens to the CRMs that do not call us: one feed for each connection, since every subscriber uses up a CRM's allowance of events by itself. What comes is stored
 * together with its cursor. A quiet feed is no proof of a quiet CRM: the catch-up goes on asking.
 *
 * `catchUp` is poked when a feed could not tell all.
 */
export function createListening(deps: Deps, workspace: Pick<Workspace, "links">, catchUp: () => void): Loop {
  const open = new Map<string, Heard>();
  const rests = new Map<string, { until: number; cuts: number }>();
  const denials = createFeedDenials(deps);
  let isOver = false;

  async function begin(link: Link, feed: NonNullable<Link["client"]["feed"]>): Promise<void> {
    const { id } = link.connection;
    const cursor = await readCursor(deps.db.query, id, cursorKind);
    const after = typeof cursor?.cursor === "string" ? cursor.cursor : null;
    const { setTimer } = deps;
    const heard = await feed.open({ after, setTimer, onBatch: (batch) => store(link, batch) });
    open.set(id, { link, feed: heard });
    if (isOver) heard.stop();
    void heard.ended.then((end) => ended(link, end));
  }

  async function store({ connection }: Link, { events, isIncomplete, cursor }: FeedBatch): Promise<void> {
    const at = deps.now().toISOString();
    const { id: connectionId, workspaceId } = connection;
    const rows = events.map((event) => eventRow(event, connection, at));
    const added = await deps.db.transaction(async (tx) => {
      await saveCursor(tx, { workspaceId, connectionId, kind: cursorKind, cursor, at });
      return addEvents(tx, rows);
    });
    deps.metrics.received({ stored: added, duplicates: rows.length - added });
    // A hint, as with deliveries: the inbox is looked into every second.
    if (added > 0) deps.db.notify(inboxChannel).catch(() => undefined);
    rests.delete(connectionId);
    await denials.heard(connection);
    if (isIncomplete) catchUp();
  }

  async function ended({ connection }: Link, { why, because }: FeedEnd): Promise<void> {
    const { id: connectionId } = connection;
    // Before it may be opened again, or it would be from that place.
    if (why === "lost") await forgetPlace(connectionId);
    open.delete(connectionId);
    if (why === "stopped" || isOver) return;
    const cuts = (rests.get(connectionId)?.cuts ?? 0) + 1;
    rests.set(connectionId, { until: deps.monotonic() + restMs(why, cuts), cuts });
    deps.log.warn({ connectionId, because }, "the feed of changes ended and is opened again");
    if (why === "denied") await denials.denied(connection, because);
    // What came meanwhile the CRM has forgotten, but not the records themselves.
    if (why === "lost") catchUp();
  }

  const forgetPlace = (connectionId: string): Promise<void> =>
    dropCursor(deps.db.query, connectionId, cursorKind).catch((error: unknown) =>
      deps.log.error({ error, connectionId }, "the place in a lost feed was not forgotten"),
    );

  /** Opens what is not open and closes what nobody works on any more. */
  async function keepUp(): Promise<void> {
    for (const { link, feed } of open.values()) if (workspace.links.get(link.connection.id) !== link) feed.stop();
    for (const link of workspace.links.values()) {
      const { id } = link.connection;
      const { feed } = link.client;
      const isResting = (rests.get(id)?.until ?? Number.NEGATIVE_INFINITY) > deps.monotonic();
      if (isOver || feed === undefined || open.has(id) || isResting) continue;
      await begin(link, feed).catch((error: unknown) => {
        if (!(error instanceof CrmError)) throw error;
        return ended(link, { why: "cut", because: error.message });
      });
    }
  }

  const loop = createLoop(deps, { name: "feeds", everyMs, run: keepUp });
  return {
    ...loop,
    stop() {
      isOver = true;
      for (const { feed } of open.values()) feed.stop();
      return loop.stop();
    },
  };
}

const minuteMs = 60_000;

function restMs(why: FeedEnd["why"], cuts: number): number {
  if (why === "spent") return 60 * minuteMs;
  if (why === "denied") return 10 * minuteMs;
  if (why === "lost") return 0;
  return Math.min(minuteMs, 500 * 2 ** cuts);
}
