/** What faults of every CRM have in common. */
export type CommonFault = {
  id?: string;
  kind: string;
  status?: number;
  /** Delays the answer, on the sandbox's clock. */
  delayMs?: number;
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  /** How often it strikes; without it, until removed. */
  times?: number;
  /** Chance to strike, 0–1; default 1. */
  probability?: number;
};

export type Stored<Fault> = Fault & { id: string };

export type FaultTable<Fault, Target> = {
  add(fault: Fault): Stored<Fault>;
  /** False when there is no such fault (any more). */
  remove(id: string): boolean;
  clear(): void;
  list(): Stored<Fault>[];
  /** The first fault that strikes this request, used up by one; null for an ordinary answer. */
  take(target: Target): Stored<Fault> | null;
};

/** The table of faults, in the order they were added. `isAbout`: might this fault strike that request? */
export function createFaultTable<Fault extends CommonFault, Target>(
  random: () => number,
  isAbout: (fault: Fault, target: Target) => boolean,
): FaultTable<Fault, Target> {
  const faults: Stored<Fault>[] = [];
  let lastId = 0;

  function remove(id: string): boolean {
    const index = faults.findIndex((fault) => fault.id === id);
    if (index >= 0) faults.splice(index, 1);
    return index >= 0;
  }

  const strikes = (fault: Fault, target: Target): boolean =>
    isAbout(fault, target) && (fault.probability === undefined || random() < fault.probability);

  return {
    add(fault) {
      lastId += 1;
      const stored = { ...fault, id: fault.id ?? `fault-${lastId}` };
      faults.push(stored);
      return { ...stored };
    },
    remove,
    clear() {
      faults.length = 0;
    },
    list: () => faults.map((fault) => ({ ...fault })),
    take(target) {
      const fault = faults.find((candidate) => strikes(candidate, target));
      if (!fault) return null;
      if (fault.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) remove(fault.id);
      }
      return fault;
    },
  };
}

/** Does "POST /path/:name", "/path/*" or "*" cover a request? `covers` compares a pattern with the path. */
export function coversRoute(route: string, method: string, covers: (pattern: string) => boolean): boolean {
  if (route === "*") return true;
  const [first = "", second] = route.split(" ");
  if (second !== undefined && first !== method && first !== "*") return false;
  return covers(second ?? first);
}
