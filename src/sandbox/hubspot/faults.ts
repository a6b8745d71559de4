import { canonicalPath, matchesPattern } from "./router.ts";

export const faultKinds = [
  "latency",
  "drop-before",
  "drop-after",
  "status-before",
  "status-after",
  "rate-limit",
  "search-rate-limit",
  "daily-limit",
  "html",
  "truncated",
  "empty",
  "error-200",
  "redirect",
  "record-failed",
  "token-expired",
  "locked",
  "migrating",
  "late-effect",
  "rows-before",
  "rows-after",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A rule that bends answers. "before": the effect never happens; "after": it happened. */
export type Fault = {
  id?: string;
  /** `POST /crm/objects/:version/contacts/batch/update`, or `*`. The dated spelling covers the v1/v3/v4 paths too. */
  route: string;
  kind: FaultKind;
  status?: number;
  /** Delays the answer, on the sandbox's clock; for `late-effect` the effect, after the answer. */
  delayMs?: number;
  /** For `rows-…`: the share of a batch's rows that fail, 0–1, rounded up; default all. */
  rows?: number;
  /** For `rows-…`: only rows with this text in them. */
  containing?: string;
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  /** How often it strikes; without it, until removed. */
  times?: number;
  /** Chance to strike, 0–1; default 1. */
  probability?: number;
  portalId?: number;
  /** Strikes only requests that name this record, as an input or as what an input is associated with. */
  record?: string;
  /** Of a failed record's entry in a 207 (hubspot.md §3.4); default INTERNAL_ERROR. */
  category?: string;
};

export type StoredFault = Fault & { id: string };
/** `names` tells which records the request is about; asked only when a fault is about one. */
export type FaultTarget = {
  method: string;
  path: string;
  portalId: number | null;
  names: () => ReadonlySet<string>;
};

export type Faults = {
  add(fault: Fault): StoredFault;
  /** False when there is no such fault (any more). */
  remove(id: string): boolean;
  clear(): void;
  list(): StoredFault[];
  /** The first fault that strikes this request, used up by one; null for an ordinary answer. */
  take(target: FaultTarget): StoredFault | null;
};

/** The table of faults, in the order they were added. */
export function createFaults(random: () => number): Faults {
  const faults: StoredFault[] = [];
  let lastId = 0;

  function remove(id: string): boolean {
    const index = faults.findIndex((fault) => fault.id === id);
    if (index >= 0) faults.splice(index, 1);
    return index >= 0;
  }

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
      const fault = faults.find((candidate) => strikes(candidate, target, random));
      if (!fault) return null;
      if (fault.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) remove(fault.id);
      }
      return fault;
    },
  };
}

function strikes(fault: Fault, target: FaultTarget, random: () => number): boolean {
  if (fault.portalId !== undefined && fault.portalId !== target.portalId) return false;
  if (fault.record !== undefined && !target.names().has(fault.record)) return false;
  if (!coversRoute(fault.route, target)) return false;
  return fault.probability === undefined || random() < fault.probability;
}

function coversRoute(route: string, { method, path }: FaultTarget): boolean {
  if (route === "*") return true;
  const [first = "", second] = route.split(" ");
  if (second !== undefined && first !== method && first !== "*") return false;
  const pattern = second ?? first;
  return matchesPattern(pattern, path) || matchesPattern(pattern, canonicalPath(path));
}
