import { expect, test } from "@jest/globals";
import { createReadAhead } from "../../src/pipeline/read-ahead.ts";

const inStreams = { maxBatch: 75, streams: 4 };
const everything = Number.POSITIVE_INFINITY;

test("before anything is known of the pace, and where writes have no streams, everything may be read", () => {
  expect(createReadAhead(inStreams).room(10_000)).toBe(everything);
  const others = createReadAhead({ maxBatch: 100, streams: null });
  others.wrote(100, 60_000);
  expect(others.room(10_000)).toBe(everything);
});

test("as much is read as is written in six seconds, once less is left than a second's work", () => {
  const ahead = createReadAhead(inStreams);
  // 75 in each of four streams: 80 leads a second.
  ahead.wrote(75, 3_750);

  expect([ahead.room(81), ahead.room(80)]).toEqual([0, 480]);
});

test("a call that was not full says nothing of the pace", () => {
  const ahead = createReadAhead(inStreams);
  ahead.wrote(1, 3_750);

  expect(ahead.room(10_000)).toBe(everything);
});

test("at the slowest a call's worth is read", () => {
  const ahead = createReadAhead(inStreams);
  ahead.wrote(75, 600_000);

  expect(ahead.room(0)).toBe(75);
});

test("where reading takes longer, the next read begins earlier", () => {
  const ahead = createReadAhead(inStreams);
  ahead.wrote(75, 3_750);
  ahead.read(3_000);

  expect([ahead.room(241), ahead.room(240)]).toEqual([0, 480]);
});
