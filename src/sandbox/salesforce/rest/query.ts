import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import { toJson } from "../soql/record.ts";
import { runSoql } from "../soql/run-soql.ts";
import { visibleTo } from "../visible.ts";
import { type Call, headerOf, type Route } from "./call.ts";

/** SOQL, and the pages of its answers (salesforce.md §3.1, §8 "SOQL subset"). */
export const queryRoutes: readonly Route[] = [
  { method: "GET", paths: ["/query"], handle: (call) => runQuery(call, { isAll: false }) },
  { method: "GET", paths: ["/queryAll"], handle: (call) => runQuery(call, { isAll: true }) },
  { method: "GET", paths: ["/query/:locator", "/queryAll/:locator"], handle: nextPage },
];

function runQuery(call: Call, { isAll }: { isAll: boolean }): Answer {
  const { org, userId, version, query } = call;
  const soql = query.get("q");
  if (soql === null || soql.trim() === "")
    throw new SalesforceError(400, { message: "SOQL query is required", errorCode: "MALFORMED_QUERY" });
  const result = runSoql(soql, visibleTo(org, userId, { isAll }));
  if (result.hasLeadingWildcard && org.rules.isHuge)
    throw new SalesforceError(400, {
      message: "Your query request was running for too long.",
      errorCode: "QUERY_TIMEOUT",
    });
  if (result.count !== null) return { status: 200, body: { totalSize: result.count, done: true, records: [] } };
  const records = result.records.map((record) => toJson(record, { version }));
  const size = pageSize(call);
  if (records.length <= size) return { status: 200, body: { totalSize: records.length, done: true, records } };
  return page(call, { locator: org.cursors.open(userId, records), records, start: 0 });
}

/** What the caller asks for is a hint (salesforce.md §3.5). */
function pageSize({ org, headers }: Call): number {
  const asked = Number(/batchSize=(\d+)/i.exec(headerOf(headers, "sforce-query-options"))?.[1] ?? 2000);
  return Math.min(Math.max(asked, 200), 2000, org.rules.pageSize);
}

function nextPage(call: Call): Answer {
  const [, locator = "", start = "0"] = /^(\w+)-(\d+)$/.exec(call.params.locator ?? "") ?? [];
  const records = call.org.cursors.read(call.userId, locator);
  return page(call, { locator, records, start: Number(start) });
}

type Page = { locator: string; records: readonly unknown[]; start: number };

function page(call: Call, { locator, records, start }: Page): Answer {
  const end = start + pageSize(call);
  const body: Record<string, unknown> = { totalSize: records.length, done: end >= records.length };
  if (end < records.length) body.nextRecordsUrl = `/services/data/v${call.version}/query/${locator}-${end}`;
  return { status: 200, body: { ...body, records: records.slice(start, end) } };
}
