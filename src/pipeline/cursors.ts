import { z } from "zod";
import type { Deps } from "../deps.ts";
import { linkedAt } from "../store/connections.ts";
import { readCursor, saveCursor } from "../store/sync-cursors.ts";
import type { Link } from "./workspace.ts";

const listing = z.object({ after: z.string().nullable(), complete: z.boolean(), readAs: z.string().optional() });

/** How far each kind of sync of a connection got; the shapes of what sync_cursors holds. */
const shapes = {
  /** What was probed and created at install. */
  schema: z.object({ uniqueTaskKey: z.boolean(), readsAvailability: z.boolean() }),
  /** The CRM's stage values, first to last. */
  stages: z.array(z.string()),
  /** `readAs`: the fields with other names that accounts are read with. */
  "list-accounts": listing,
  "list-opportunities": listing,
  /** The CRM was asked for changes, and for qualified leads, up to then. */
  changed: z.object({ since: z.iso.datetime() }),
  qualified: z.object({ since: z.iso.datetime() }),
  /** Tasks that the CRM had made twice were looked for up to then. */
  "doubled-tasks": z.object({ since: z.iso.datetime() }),
} as const;

export type CursorKind = keyof typeof shapes;
export type Cursor<K extends CursorKind> = z.infer<(typeof shapes)[K]>;

/**
 * From when on the CRM is asked for what no event told. A first look, and one after a cursor that cannot be read, begins
 * at the install; none goes back behind it, for what was there before is not ours to touch. A cursor beyond `now` is of
 * a clock that was put back.
 */
export async function lookSince(
  deps: Pick<Deps, "db">,
  link: Pick<Link, "connection">,
  { kind, overlapMs, now }: { kind: "changed" | "qualified" | "doubled-tasks"; overlapMs: number; now: Date },
): Promise<Date> {
  const { id } = link.connection;
  const installedAt = Date.parse(await linkedAt(deps.db.query, id));
  const stored = await readSyncCursor(deps, id, kind);
  const reached = stored === null ? installedAt : Math.min(Date.parse(stored.since), now.getTime());
  return new Date(Math.max(installedAt, reached - overlapMs));
}

/** Null before the first time, and when an older release left another shape: then that sync begins anew. */
export async function readSyncCursor<K extends CursorKind>(
  deps: { db: Pick<Deps["db"], "query"> },
  connectionId: string,
  kind: K,
): Promise<Cursor<K> | null> {
  const stored = await readCursor(deps.db.query, connectionId, kind);
  const parsed = shapes[kind].safeParse(stored?.cursor);
  return parsed.success ? (parsed.data as Cursor<K>) : null;
}

export async function saveSyncCursor<K extends CursorKind>(
  deps: Pick<Deps, "db" | "now">,
  link: Pick<Link, "connection">,
  { kind, cursor }: { kind: K; cursor: Cursor<K> },
): Promise<void> {
  const { id: connectionId, workspaceId } = link.connection;
  await saveCursor(deps.db.query, { workspaceId, connectionId, kind, cursor, at: deps.now().toISOString() });
}
