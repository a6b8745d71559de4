import { beforeAll, describe, expect, test } from "@jest/globals";
import { describe as describeResult, type OverloadResult, run } from "../../scripts/bench/overload.ts";
import { batchOf, deliveryBody } from "../../scripts/bench/overload-delivery.ts";
import { spreadOf } from "../../scripts/bench/overload-load.ts";
import { parseDelivery } from "../../src/crm/hubspot/delivery.ts";

test("every event of a delivery is one that Baton takes in, and tells which delivery it was of", () => {
  const body = deliveryBody({ batch: 7, events: 100, portals: 3, now: Date.parse("2026-11-28T10:00:00.000Z") });
  const { events, junk } = parseDelivery(body);
  expect([events.length, junk.length, new Set(events.map(({ key }) => key)).size]).toEqual([100, 0, 100]);
  expect(new Set(events.map(({ subjectId }) => batchOf(subjectId)))).toEqual(new Set([7]));
});

test("a spread of nothing is nothing", () => {
  expect([spreadOf([]), spreadOf([1, 2, 300])]).toEqual([
    { p50: 0, p99: 0, max: 0 },
    { p50: 2, p99: 300, max: 300 },
  ]);
});

describe("a small flood", () => {
  let result: OverloadResult;

  beforeAll(async () => {
    const short = { seconds: 2, trialSeconds: 1, stalledSeconds: 2, windowSeconds: 2, windows: 1 };
    result = await run({ seed: 1, portals: 3, stalledSockets: 40, ...short });
  }, 120_000);

  test("loses nothing that was acknowledged, and answers everything", () => {
    const { flood, lost } = result;
    expect(flood.acknowledged).toBeGreaterThan(0);
    expect([lost, flood.wrong]).toEqual([0, {}]);
  });

  test("holds stalled senders beside healthy ones, who are all served", () => {
    expect(result.stalled.leastOpen).toBeGreaterThan(20);
    expect(result.stalled.wrong).toEqual({});
    // Of 80; beside other tests one may be told to come back, or not get its turn to be sent.
    expect(result.stalled.notAcknowledged).toBeLessThanOrEqual(4);
  });

  test("gives every neighbour's lead its owner", () => {
    expect(result.neighbours.leads).toBeGreaterThan(0);
    expect([result.neighbours.withoutOwner, result.neighbours.calmP50Ms > 0]).toEqual([0, true]);
  });

  test("tells in words what it found", () => {
    expect(describeResult(result)).toContain("acknowledged and not stored: 0");
  });
});
