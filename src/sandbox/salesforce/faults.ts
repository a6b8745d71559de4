import { type CommonFault, coversRoute, createFaultTable, type FaultTable, type Stored } from "../faults.ts";
import { matchesPattern } from "../router.ts";

export const faultKinds = [
  "latency",
  "drop-before",
  "drop-after",
  "status-before",
  "status-after",
  "request-limit",
  "concurrent-limit",
  "unavailable",
  "lock-row",
  "query-timeout",
  "html",
  "truncated",
  "empty",
  "error-200",
  "redirect",
  "token-expired",
  "late-effect",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A rule that bends answers. "before": the effect never happens; "after": it happened (salesforce.md §8, 6). */
export type Fault = CommonFault & {
  /** `POST /services/data/:version/composite/graph`, or `*`. */
  route: string;
  kind: FaultKind;
  /** 18 characters. */
  orgId?: string;
  /** Strikes only requests that name this record; of `lock-row` it is the row that cannot be locked. */
  record?: string;
  /** Instead of what the kind or status stands for. */
  errorCode?: string;
  message?: string;
};

export type StoredFault = Stored<Fault>;

/** `text`: of path, query and body, in which a record is looked for when a fault is about one. */
export type FaultTarget = { method: string; path: string; orgId: string | null; text: () => string };

export type Faults = FaultTable<Fault, FaultTarget>;

export const createFaults = (random: () => number): Faults => createFaultTable(random, isAbout);

function isAbout({ orgId, record, route }: Fault, target: FaultTarget): boolean {
  if (orgId !== undefined && orgId !== target.orgId) return false;
  if (record !== undefined && !target.text().includes(record)) return false;
  return coversRoute(route, target.method, (pattern) => matchesPattern(pattern, target.path));
}
