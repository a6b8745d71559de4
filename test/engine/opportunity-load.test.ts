import { expect, test } from "@jest/globals";
import { opportunityPoints } from "../../src/engine/opportunity-load.ts";
import { aPolicy } from "../builders.ts";

const now = new Date("2026-11-20T09:00:00.000Z");
const thirtyDaysAgo = "2026-10-21T09:00:00.000Z";
const aMomentMore = "2026-10-21T08:59:59.999Z";

test.each([
  ["early", undefined, 1],
  ["mid", undefined, 2],
  ["late", undefined, 3],
  [undefined, undefined, 1],
  ["late", thirtyDaysAgo, 3],
  ["late", aMomentMore, 4],
  [undefined, aMomentMore, 2],
] as const)("an opportunity in the third %s since %s weighs %d", (phase, stageSince, points) => {
  const opportunity = { ...(phase && { phase }), ...(stageSince && { stageSince }) };
  expect(opportunityPoints(opportunity, aPolicy(), now)).toBe(points);
});

test("the policy says how much", () => {
  const policy = aPolicy({ opportunityLoad: { early: 0, mid: 5, late: 8, slowAfterDays: 10, slow: 3 } });
  expect(opportunityPoints({ phase: "mid", stageSince: "2026-11-01T00:00:00Z" }, policy, now)).toBe(8);
  expect(opportunityPoints({}, policy, now)).toBe(0);
});
