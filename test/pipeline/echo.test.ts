import { expect, test } from "@jest/globals";
import type { EventChange } from "../../src/model/event.ts";
import { isEcho } from "../../src/pipeline/echo.ts";
import type { EventRow } from "../../src/pipeline/event-row.ts";
import type { LeadRow } from "../../src/store/leads.ts";

const aRow = (row: Partial<EventRow>): EventRow => ({
  connectionId: "c",
  eventKey: "k",
  occurredAt: "2026-11-20T10:00:05.000Z",
  workspaceId: "w",
  receivedAt: "2026-11-20T10:00:06.000Z",
  subjectKind: "lead",
  subjectId: "1",
  change: { kind: "lead-changed", field: "owner", value: "rep-a" },
  byThisApp: false,
  state: "pending",
  claimToken: 1,
  claimNumber: 1,
  attempts: 1,
  notBefore: null,
  because: null,
  deaths: 0,
  ...row,
});

const ourLead: LeadRow = {
  connectionId: "c",
  leadId: "1",
  workspaceId: "w",
  decisionId: "d",
  qualifiedAt: "2026-11-20T10:00:00.000Z",
  round: 0,
  tier: "T1",
  state: "assigned",
  ownerId: "rep-a",
  decidedAt: "2026-11-20T10:00:04.000Z",
  touchedAt: null,
  mergedInto: null,
  earlierRepId: null,
  earlierAt: null,
  seenAt: "2026-11-20T10:00:04.000Z",
  number: 1,
  follows: null,
  emailKey: null,
  phoneKey: null,
  nameKey: null,
};

const owner = (value: string): EventChange => ({ kind: "lead-changed", field: "owner", value });

test.each([
  ["the CRM says that this app did it", aRow({ byThisApp: true, change: owner("rep-b") }), true],
  ["it is the owner that we wrote, a second later", aRow({}), true],
  ["it is another owner", aRow({ change: owner("rep-b") }), false],
  ["it is our owner, but from before we decided", aRow({ occurredAt: "2026-11-20T10:00:03.000Z" }), false],
  ["it is our owner, a quarter of an hour later", aRow({ occurredAt: "2026-11-20T10:15:05.000Z" }), false],
  ["it is another field", aRow({ change: { kind: "lead-changed", field: "stage", value: "customer" } }), false],
])("an owner event is an echo or not: %s", (_what, row, expected) => {
  expect(isEcho(row, ourLead)).toBe(expected);
});

test("without a decision of ours nothing is an echo", () => {
  expect(isEcho(aRow({}), null)).toBe(false);
});
