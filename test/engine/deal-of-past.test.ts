import { expect, test } from "@jest/globals";
import { workOfDeal } from "../../src/engine/deal-of-past.ts";
import type { Opportunity } from "../../src/model/account.ts";
import { anOpportunity, aPolicy } from "../builders.ts";

// Open deals count 1, 2 and 3 by the third of their pipeline, and 1 more after 30 days in a stage.

const created = "2026-10-01T09:00:00.000Z";
const moved = "2026-10-05T09:00:00.000Z";
const closed = "2026-10-20T09:00:00.000Z";

const deal = (ownerId: string | null, parts: Partial<Opportunity>) =>
  anOpportunity({ ownerId, isOpen: true, ...parts });

test("a deal is its owners' work, one after the other and as far as it has come, until it is closed", () => {
  const past = {
    doubts: [],
    versions: [
      { since: closed, value: deal("bo", { isOpen: false, stageSince: closed }) },
      { since: moved, value: deal("bo", { phase: "late", stageSince: moved }) },
      { since: created, value: deal("ada", { phase: "early", stageSince: created }) },
      { since: "", value: deal(null, {}) },
    ] as const,
  };

  expect(workOfDeal({ createdAt: created, past }, aPolicy())).toEqual([
    { repId: "bo", from: moved, to: closed, points: 3 },
    { repId: "ada", from: created, to: moved, points: 1 },
  ]);
});

test("an open deal has not ended, was not there before it was created, and weighs more from its 31st day in a stage on", () => {
  const past = {
    doubts: [],
    versions: [{ since: "", value: deal("ada", { phase: "mid", stageSince: created }) }] as const,
  };

  expect(workOfDeal({ createdAt: created, past }, aPolicy())).toEqual([
    { repId: "ada", from: created, to: "2026-10-31T09:00:00.001Z", points: 2 },
    { repId: "ada", from: "2026-10-31T09:00:00.001Z", to: null, points: 3 },
  ]);
});

test("a deal that had stood for long when it came to somebody weighs so from the beginning", () => {
  const past = {
    doubts: [],
    versions: [
      { since: "2026-11-10T09:00:00.000Z", value: deal("bo", { phase: "early", stageSince: created }) },
      { since: "", value: deal(null, { phase: "early", stageSince: created }) },
    ] as const,
  };

  expect(workOfDeal({ createdAt: created, past }, aPolicy())).toEqual([
    { repId: "bo", from: "2026-11-10T09:00:00.000Z", to: null, points: 2 },
  ]);
});
