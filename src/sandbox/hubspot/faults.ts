import { type CommonFault, coversRoute, createFaultTable, type FaultTable, type Stored } from "../faults.ts";
import { matchesPattern } from "../router.ts";
import { canonicalPath } from "./versions.ts";

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
export type Fault = CommonFault & {
  /** `POST /crm/objects/:version/contacts/batch/update`, or `*`. The dated spelling covers the v1/v3/v4 paths too. */
  route: string;
  kind: FaultKind;
  /** Delays the answer; for `late-effect` the effect, after the answer. */
  delayMs?: number;
  /** For `rows-…`: the share of a batch's rows that fail, 0–1, rounded up; default all. */
  rows?: number;
  /** For `rows-…`: only rows with this text in them. */
  containing?: string;
  portalId?: number;
  /** Strikes only requests that name this record, as an input or as what an input is associated with. */
  record?: string;
  /** Of a failed record's entry in a 207 (hubspot.md §3.4); default INTERNAL_ERROR. */
  category?: string;
};

export type StoredFault = Stored<Fault>;
/** `names` tells which records the request is about; asked only when a fault is about one. */
export type FaultTarget = {
  method: string;
  path: string;
  portalId: number | null;
  names: () => ReadonlySet<string>;
};

export type Faults = FaultTable<Fault, FaultTarget>;

export const createFaults = (random: () => number): Faults => createFaultTable(random, isAbout);

function isAbout(fault: Fault, { method, path, portalId, names }: FaultTarget): boolean {
  if (fault.portalId !== undefined && fault.portalId !== portalId) return false;
  if (fault.record !== undefined && !names().has(fault.record)) return false;
  const covers = (pattern: string) => matchesPattern(pattern, path) || matchesPattern(pattern, canonicalPath(path));
  return coversRoute(fault.route, method, covers);
}
