/** One request as it arrived and what became of it. */
export type RequestEntry = {
  id: number;
  /** Epoch ms of arrival. */
  at: number;
  portalId: number | null;
  appId: number | null;
  method: string;
  path: string;
  /** The pattern that served it, such as `POST /crm/objects/:version/:objectType/batch/read`; "" when nothing did. */
  route: string;
  query: Record<string, string>;
  /** Parsed JSON or form fields; the text itself when it is neither. */
  body: unknown;
  /** What was sent back; 0 when the connection was dropped instead. */
  status: number;
  durationMs: number;
  /** The kind of fault that bent the answer. */
  fault: string | null;
  /** The handler ran and did not refuse: its effect is in the store. */
  applied: boolean;
};

/** Told of a request when it arrives, and when its effect is in the store and nothing is answered yet. */
export type RequestWatcher = (entry: RequestEntry, moment: "arrived" | "applied") => void;

export type RequestLog = {
  /** Notes an arrival; the answer is filled in later. Ids count from 1. */
  add(entry: Omit<RequestEntry, "id">): RequestEntry;
  /** Notes that the effect is in the store. */
  applied(entry: RequestEntry): void;
  /** Answers with the way to stop watching. */
  watch(watcher: RequestWatcher): () => void;
  /** Oldest first. `since`: only entries with a greater id. */
  list(filter?: { since?: number; portalId?: number }): RequestEntry[];
  clear(): void;
};

/** Keeps the last `capacity` requests, at most a tenth more. */
export function createRequestLog(capacity = 200_000): RequestLog {
  let entries: RequestEntry[] = [];
  let lastId = 0;
  const watchers = new Set<RequestWatcher>();
  return {
    add(entry) {
      lastId += 1;
      const numbered = { id: lastId, ...entry };
      entries.push(numbered);
      if (entries.length > capacity * 1.1) entries = entries.slice(-capacity);
      for (const watcher of watchers) watcher(numbered, "arrived");
      return numbered;
    },
    applied(entry) {
      entry.applied = true;
      for (const watcher of watchers) watcher(entry, "applied");
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    list({ since = 0, portalId } = {}) {
      const skipped = Math.max(0, since - (lastId - entries.length));
      return entries.slice(skipped).filter((entry) => portalId === undefined || entry.portalId === portalId);
    },
    clear() {
      entries = [];
    },
  };
}
