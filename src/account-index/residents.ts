import type { BookSize } from "./edition.ts";
import type { Home } from "./homes.ts";

/**
 * `cold`: its accounts are not here; `evicted`: they had to make room, and nobody asked for them since; `stale`: so much
 * changed that a new edition is due.
 */
export type IndexState = "cold" | "evicted" | "warm" | "stale";

export type Resident = { home: Home; size: BookSize; readAs: string; usedAtMs: number };

type Leaving = { id: string; home: Home };

/** Which books are in memory, under one limit. */
export type Residents = {
  /** Notes that it is used, or that somebody wants it. */
  use(id: string): Resident | undefined;
  peek(id: string): Resident | undefined;
  /** `readAs`: how its accounts are to be read now. */
  state(id: string, readAs: string): IndexState;
  /** Those that have to go for it, itself included where it moved to another home; none that `isBusy`. */
  put(id: string, resident: Omit<Resident, "usedAtMs">, isBusy: (id: string) => boolean): Leaving[];
  /** A resident grew by what changed: those that have to go for it, none that `isBusy`. */
  weigh(id: string, resident: Resident, grown: { bytes: number; isBusy: (id: string) => boolean }): Leaving[];
  forget(id: string): Resident | undefined;
  /** The books of a home are lost. */
  lose(home: Home): void;
  clear(): void;
};

/** A new edition takes long, and many changes beside one make every further change dear. */
const fewestChanges = 1_000;
const mostChanges = 20_000;
const shareChanged = 0.02;

export function createResidents({ mostBytes, monotonic }: { mostBytes: number; monotonic: () => number }): Residents {
  const residents = new Map<string, Resident>();
  const evicted = new Set<string>();
  function makeRoom(stays: (id: string) => boolean): Leaving[] {
    const leaving = tooMany(residents, mostBytes, stays);
    for (const { id } of leaving) {
      residents.delete(id);
      evicted.add(id);
    }
    return leaving;
  }
  return {
    use(id) {
      evicted.delete(id);
      const resident = residents.get(id);
      if (resident !== undefined) resident.usedAtMs = monotonic();
      return resident;
    },
    peek: (id) => residents.get(id),
    state(id, readAs) {
      const resident = residents.get(id);
      if (resident === undefined) return evicted.has(id) ? "evicted" : "cold";
      const { accounts, changed } = resident.size;
      const due = Math.min(mostChanges, Math.max(fewestChanges, accounts * shareChanged));
      return changed > due || resident.readAs !== readAs ? "stale" : "warm";
    },
    put(id, resident, isBusy) {
      const before = residents.get(id);
      residents.set(id, { ...resident, usedAtMs: monotonic() });
      evicted.delete(id);
      const moved = before !== undefined && before.home !== resident.home ? [{ id, home: before.home }] : [];
      return [...moved, ...makeRoom((other) => other === id || isBusy(other))];
    },
    weigh(id, resident, { bytes, isBusy }) {
      if (residents.get(id) !== resident) return [];
      resident.size.bytes = bytes;
      return makeRoom((other) => other === id || isBusy(other));
    },
    forget(id) {
      const resident = residents.get(id);
      residents.delete(id);
      evicted.delete(id);
      return resident;
    },
    lose(home) {
      for (const [id, resident] of residents) if (resident.home === home) residents.delete(id);
    },
    clear: () => residents.clear(),
  };
}

/** Those used longest ago, until the others have room. */
function tooMany(residents: ReadonlyMap<string, Resident>, mostBytes: number, stays: (id: string) => boolean) {
  let bytes = [...residents.values()].reduce((sum, { size }) => sum + size.bytes, 0);
  const oldest = [...residents].filter(([id]) => !stays(id)).sort((a, b) => a[1].usedAtMs - b[1].usedAtMs);
  return oldest.flatMap(([id, { size, home }]) => {
    if (bytes <= mostBytes) return [];
    bytes -= size.bytes;
    return [{ id, home }];
  });
}
