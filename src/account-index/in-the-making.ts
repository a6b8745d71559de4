import type { Home } from "./homes.ts";

/** The filling of one connection's book that is under way. */
export type Underway = {
  /** Throws when its home was lost, or another filling begun, since this one was. */
  check(): void;
  end(): void;
};

/** Which books are being filled, and where: what changes meanwhile is told there, too. */
export type InTheMaking = {
  begin(id: string, home: Home): Underway;
  homeOf(id: string): Home | undefined;
  has(id: string): boolean;
  forget(id: string): void;
  lose(home: Home): void;
};

export function createInTheMaking(): InTheMaking {
  const underway = new Map<string, { home: Home }>();
  return {
    begin(id, home) {
      const own = { home };
      underway.set(id, own);
      return {
        check() {
          if (underway.get(id) !== own)
            throw new Error("The accounts in the making were lost, or are made anew: they are read again.");
        },
        end() {
          if (underway.get(id) === own) underway.delete(id);
        },
      };
    },
    homeOf: (id) => underway.get(id)?.home,
    has: (id) => underway.has(id),
    forget: (id) => void underway.delete(id),
    lose(home) {
      for (const [id, own] of underway) if (own.home === home) underway.delete(id);
    },
  };
}
