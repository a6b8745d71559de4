/** One request as it arrived and what became of it. `Caller`: who made it, in the CRM's own ids. */
export type LoggedRequest<Caller> = {
  id: number;
  /** Epoch ms of arrival. */
  at: number;
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
} & Caller;

/** Told of a request when it arrives, and when its effect is in the store and nothing is answered yet. */
export type RequestWatcher<Caller> = (entry: LoggedRequest<Caller>, moment: "arrived" | "applied") => void;

export type RequestLog<Caller> = {
  /** Notes an arrival; the answer is filled in later. Ids count from 1. */
  add(entry: Omit<LoggedRequest<Caller>, "id">): LoggedRequest<Caller>;
  /** Notes that the effect is in the store. */
  applied(entry: LoggedRequest<Caller>): void;
  /** Answers with the way to stop watching. */
  watch(watcher: RequestWatcher<Caller>): () => void;
  /** Oldest first. `since`: only entries with a greater id; the rest: only those of this caller. */
  list(filter?: { since?: number } & Partial<Caller>): LoggedRequest<Caller>[];
  clear(): void;
};

/** Keeps the last `capacity` requests, at most a tenth more. */
export function createRequestLog<Caller>(capacity = 200_000): RequestLog<Caller> {
  let entries: LoggedRequest<Caller>[] = [];
  let lastId = 0;
  const watchers = new Set<RequestWatcher<Caller>>();
  return {
    add(entry) {
      lastId += 1;
      const numbered = { ...entry, id: lastId } as LoggedRequest<Caller>;
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
    list({ since = 0, ...caller } = {}) {
      const skipped = Math.max(0, since - (lastId - entries.length));
      const wanted = Object.entries(caller).filter(([, value]) => value !== undefined);
      return entries
        .slice(skipped)
        .filter((entry) => wanted.every(([name, value]) => Reflect.get(entry, name) === value));
    },
    clear() {
      entries = [];
    },
  };
}
