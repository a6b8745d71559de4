import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { Row } from "../schema.ts";
import { formatDatetime } from "../soql/record.ts";
import { type Call, objectOf, type Route } from "./call.ts";

/** Ids of what changed or went between two times (salesforce.md §1.8). */
export const replicationRoutes: readonly Route[] = [
  { method: "GET", paths: ["/sobjects/:object/updated"], handle: updated },
  { method: "GET", paths: ["/sobjects/:object/deleted"], handle: deleted },
];

const minuteMs = 60_000;
const furthestMs = 30 * 86_400_000;
const mostIds = 600_000;

function updated(call: Call): Answer {
  const span = spanOf(call);
  const ids = rowsIn(call, span, (row) => row.IsDeleted !== true).map(({ Id }) => Id);
  return { status: 200, body: { ids, latestDateCovered: formatDatetime(span.end) } };
}

function deleted(call: Call): Answer {
  const span = spanOf(call);
  const records = rowsIn(call, span, (row) => row.IsDeleted === true).map(({ Id, SystemModstamp }) => ({
    deletedDate: formatDatetime(Number(SystemModstamp)),
    id: Id,
  }));
  const earliest = formatDatetime(call.org.clock.now() - furthestMs);
  const latest = formatDatetime(span.end);
  return {
    status: 200,
    body: { deletedRecords: records, earliestDateAvailable: earliest, latestDateCovered: latest },
  };
}

type Span = { start: number; end: number };

/** Seconds are cut off. */
function spanOf({ query, org }: Call): Span {
  const [start, end] = ["start", "end"].map((name) => {
    const at = Date.parse((query.get(name) ?? "").replace(/ (\d\d:?\d\d)$/, "+$1"));
    return Math.floor(at / minuteMs) * minuteMs;
  });
  if (start === undefined || end === undefined || Number.isNaN(start + end))
    throw refusal("INVALID_REPLICATION_DATE", "startDate and endDate must be dates and times");
  if (start >= end)
    throw refusal("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate");
  if (start < org.clock.now() - furthestMs)
    throw refusal("INVALID_REPLICATION_DATE", "startDate before org replication enabled date");
  return { start, end };
}

function refusal(errorCode: string, message: string): SalesforceError {
  return new SalesforceError(400, { errorCode, message });
}

function rowsIn(call: Call, { start, end }: Span, isWanted: (row: Row) => boolean): Row[] {
  const table = call.org.tables.get(objectOf(call).name);
  const found: Row[] = [];
  for (const row of table?.rows() ?? []) {
    const at = Number(row.SystemModstamp);
    if (at >= start && at < end && isWanted(row)) found.push(row);
  }
  if (found.length > mostIds) throw refusal("EXCEEDED_ID_LIMIT", "Too many ids were found: ask for a shorter time");
  return found;
}
