import type { Clock } from "../clock.ts";
import { SalesforceError } from "./errors.ts";

type Cursor = { userId: string; records: readonly unknown[]; openedAt: number };

/** Answers that are fetched page by page. */
export type Cursors = {
  /** The locator: "01g…" of 18 characters. */
  open(userId: string, records: readonly unknown[]): string;
  /** Throws for one that is unknown, too old, or another user's. */
  read(userId: string, locator: string): readonly unknown[];
  /** All locators are refused from now on. */
  expire(): void;
};

const lifetimeMs = 2 * 86_400_000;
const mostPerUser = 10;

/** Ten per user, for two days (salesforce.md §3.1). */
export function createCursors(clock: Clock, newLocator: () => string): Cursors {
  const cursors = new Map<string, Cursor>();
  return {
    open(userId, records) {
      const locator = newLocator();
      cursors.set(locator, { userId, records, openedAt: clock.now() });
      const own = [...cursors].filter(([, cursor]) => cursor.userId === userId);
      for (const [oldest] of own.slice(0, -mostPerUser)) cursors.delete(oldest);
      return locator;
    },
    read(userId, locator) {
      const cursor = cursors.get(locator);
      if (cursor?.userId === userId && cursor.openedAt + lifetimeMs > clock.now()) return cursor.records;
      throw new SalesforceError(400, { message: "invalid query locator", errorCode: "INVALID_QUERY_LOCATOR" });
    },
    expire() {
      cursors.clear();
    },
  };
}
