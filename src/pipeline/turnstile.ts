import type { Deps } from "../deps.ts";

/** Whoever wants to be alone; `wake`: it may be its turn. */
export type Visitor = { wake(): void };

/** Lets one visitor in at a time, first come first served. */
export type Turnstile = {
  /** False: somebody is inside, or comes before; the visitor is woken when the turn may be his. */
  enter(visitor: Visitor): boolean;
  isInside(visitor: Visitor): boolean;
  /** Goes out, or waits no longer. */
  leave(visitor: Visitor): void;
};

/** A turn ends after `longestMs`, whether its visitor has left or not: nobody keeps the others out for good. */
export function createTurnstile({ monotonic }: Pick<Deps, "monotonic">, longestMs: number): Turnstile {
  const waiting = new Set<Visitor>();
  let turn: { visitor: Visitor; endsAtMs: number } | null = null;

  const runs = () => turn !== null && monotonic() < turn.endsAtMs;

  function wakeNext(): void {
    const [next] = waiting;
    next?.wake();
  }

  return {
    enter(visitor) {
      waiting.add(visitor);
      if (runs()) return false;
      const [next] = waiting;
      if (next !== visitor) {
        wakeNext();
        return false;
      }
      waiting.delete(visitor);
      turn = { visitor, endsAtMs: monotonic() + longestMs };
      return true;
    },
    isInside: (visitor) => turn?.visitor === visitor && runs(),
    leave(visitor) {
      waiting.delete(visitor);
      if (turn?.visitor !== visitor) return;
      turn = null;
      wakeNext();
    },
  };
}
