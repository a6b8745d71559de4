import { expect, test } from "@jest/globals";
import { workOfDeal } from "../../src/engine/deal-of-past.ts";
import { anOpportunity } from "../builders.ts";

const value = (ownerId: string | null, isOpen: boolean) => anOpportunity({ ownerId, isOpen });
const created = "2026-10-01T09:00:00.000Z";
const moved = "2026-10-05T09:00:00.000Z";
const closed = "2026-10-20T09:00:00.000Z";

test("a deal is its owners' work, one after the other, until it is closed", () => {
  const past = {
    doubts: [],
    versions: [
      { since: closed, value: value("bo", false) },
      { since: moved, value: value("bo", true) },
      { since: created, value: value("ada", true) },
      { since: "", value: value(null, true) },
    ] as const,
  };

  expect(workOfDeal({ createdAt: created, past })).toEqual([
    { repId: "bo", from: moved, to: closed },
    { repId: "ada", from: created, to: moved },
  ]);
});

test("an open deal has not ended, and was not there before it was created", () => {
  const past = { doubts: [], versions: [{ since: "", value: value("ada", true) }] as const };

  expect(workOfDeal({ createdAt: created, past })).toEqual([{ repId: "ada", from: created, to: null }]);
});
