import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

/** The boxes of hubspot.md §9, word for word; "UI and workflow calls" and the scheduler belong to the install work. */
const boxes: Record<string, string[]> = {
  "Transport and auth": [
    "Serve dated *and* v3/v4 paths from one store; unknown version/path → 404 JSON.",
    '`Authorization: Bearer`; missing/unknown → 401 `INVALID_AUTHENTICATION`; expired → 401 `EXPIRED_AUTHENTICATION` with `context["expire time"]`; revoked refresh → 400 `status:"BAD_REFRESH_TOKEN"`.',
    "Tokens expire after configurable seconds (default 1800; allow 5 in tests); refresh returns a new access token and the same refresh token; code single-use; form-encoding enforced (JSON → 415); wrong redirect → 400. Both v1 (`access_token…`) and dated shapes (`hub_id`, `user_id`, `scopes`, `token_use`).",
    "Per-portal granted scopes; missing → 403 `MISSING_SCOPES` with `errors[0].context.requiredGranularScopes`. Optional scope denied at install.",
    "`correlationId` uuid in every error and header; `Content-Type: application/json;charset=utf-8`.",
  ],
  "Rate limiting": [
    '10 s rolling window 110 per portal+app; headers Max/Remaining/Interval-Milliseconds on every non-search answer; 429 body with `errorType:"RATE_LIMIT"`, `policyName`.',
    "Search: own 5/s window, no headers, `SECONDLY` body with the exact message; not counted in the burst window.",
    "Switchable `DAILY`, 423 (2 s), 477 + `Retry-After`, 502/503/504 both *before* and *after* commit (ambiguous write), HTML 502 body, slow responses, dropped connections.",
  ],
  Objects: [
    '201 for create (with `Location`), 200 update, 204 archive; values always strings; unset requested → `null`; unknown property on read omitted, on write 400 `PROPERTY_DOESNT_EXIST` rejecting the whole record; enum check `INVALID_OPTION`; read-only check; whitespace check; `""` clears.',
    "`updatedAt`/`lastmodifieddate` move on each write; property history with sourceType/sourceId.",
    "Lifecycle: forward-only, silent no-op backward with 200; clear then set works; entering a stage sets `hs_lifecyclestage_<s>_date` and `hs_v2_date_entered_<s>`.",
    "2026-09 only: conditional-required and create-required rules per portal (`MISSING_CONDITIONAL_REQUIRED_PROPERTY`, `MISSING_REQUIRED_PROPERTY`), date normalisation `warnings`.",
    "Owner write: unknown id → 400; archived owner configurable accept/reject; owners endpoint hides archived unless `archived=true`; paging by `after`.",
    "E-mail conflict 409 with id in text; merge creates `newObjectId` and old ids redirect; archived → 404 unless `archived=true`; gdpr-delete blocks re-creation by e-mail and erases.",
    "Batch: > 100 → 400; duplicate ids → 400; missing ids → 207 with `context.ids`; trace-id partial failure; results shuffled.",
    "Search: filters/operators/limits (groups 5, filters 6/18, limit 200, 10,000 cap, 3,000 chars), default properties, **index lag** configurable (default 10 s) for create, update and delete; `paging` absent on last page.",
    "Associations: both directions created, primary logic, default labels, batch read 207 for none, label replacement, per-type ids of §4.6, `toObjectId` configurable as string or number.",
    "Tasks with `hs_timestamp` due date; completion sets `hs_task_completion_date`; rep actions (complete, reassign, move, delete) scriptable.",
    'Users object with working hours/OOO as strings, including `null`, `"[]"`, garbage and 11-digit timestamps',
    "Properties API: 409 on existing, restore-on-create of archived, options replaced whole, group with active properties cannot be archived.",
  ],
  Webhooks: [
    "Sign v3 (+ v1 header) with real URI incl. query, fresh timestamp per attempt; option to send stale/wrong/missing signatures.",
    "Batch 1–100, mix types and portals, both generic and classic shapes, `attemptNumber` increments, failure = connect error, > 5 s, any 4xx/5xx; ≤ 10 retries on an accelerated clock; duplicates (same eventId), equal eventIds for different events, shuffled order, delayed (hours) delivery, concurrency cap (`maxConcurrentRequests`), silence after uninstall.",
    "Own writes echo as events (changeSource INTEGRATION); association events twice; privacyDeletion + deletion pair; merge event.",
    "Property-change only for subscribed properties existing in the portal; sensitive → `REDACTED`.",
  ],
};

const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** Are these words found in the box, in this order? A quote may leave words of the box out, never add any. */
function quotes(box: string, quote: string): boolean {
  const wanted = words(quote);
  let found = 0;
  for (const word of words(box)) if (word === wanted[found]) found += 1;
  return wanted.length > 0 && found === wanted.length;
}

/** Every `hubspot.md §9 <Section>: "<quote>"` in the names of this folder's tests. */
function namedQuotes(): { section: string; quote: string; file: string }[] {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts") && file !== "checklist.test.ts");
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), "utf8").matchAll(/§9 ([A-Z][a-z ]+): \\?"(.+?)\\?"/g)].map(
      ([, section = "", quote = ""]) => ({ section, quote, file }),
    ),
  );
}

test("every box of hubspot.md §9 is named by a test", () => {
  const named = namedQuotes();
  const unnamed = Object.entries(boxes).flatMap(([section, texts]) =>
    texts.filter((box) => !named.some((name) => name.section === section && quotes(box, name.quote))),
  );

  expect(unnamed).toEqual([]);
});

test("every quote of hubspot.md §9 is in the reference", () => {
  const strange = namedQuotes().filter(
    ({ section, quote }) => !(boxes[section] ?? []).some((box) => quotes(box, quote)),
  );

  expect(strange).toEqual([]);
});
