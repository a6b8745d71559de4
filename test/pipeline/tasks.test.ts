import { expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { lookForTask } from "../../src/pipeline/tasks.ts";
import type { Link, UnknownTask } from "../../src/pipeline/workspace.ts";
import { createManualClock } from "../manual-clock.ts";
import { after, anOperation, now } from "../store/records.ts";
import { idleStation } from "./idle-station.ts";

/** Milliseconds until the task is looked for, when one that was sent `sentAt` has not been found so often. */
function waitMsOf({ sentAt, absences }: Pick<UnknownTask, "sentAt" | "absences">): number {
  const clock = createManualClock(now);
  const looks: number[] = [];
  const link: Partial<Link> = {
    checks: idleStation(() => looks.push(clock.monotonic())),
  };
  const job = { operation: anOperation("task"), context: null, attempts: 0 };
  lookForTask(clock as Partial<Deps> as Deps, link as Link, { job, sentAt, absences });
  clock.advance(10 * 60_000);
  return looks[0] ?? Number.NaN;
}

test("a task without an answer is looked for after a moment", () => {
  expect(waitMsOf({ sentAt: now, absences: 0 })).toBe(750);
});

test.each([
  ["just now", now, 90_000],
  ["74 s ago", after(-74), 16_000],
  ["76 s ago", after(-76), 15_000],
  ["an hour ago", after(-3600), 15_000],
])("one sent %s is looked for again 90 s after it was sent, and 15 s after the first look (reliability.md §3.3)", (_when, sentAt, waitMs) => {
  expect(waitMsOf({ sentAt, absences: 1 })).toBe(waitMs);
});
