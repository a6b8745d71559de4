import { describe, expect, test } from "@jest/globals";
import type { Permit, Throttle } from "../../src/crm/throttle.ts";
import { createStation } from "../../src/pipeline/station.ts";

const aPermit = (): Permit => ({
  started: () => undefined,
  answered: () => undefined,
  refused: () => undefined,
  failed: () => undefined,
  release: () => undefined,
  releaseReserve: () => undefined,
});

/** A throttle that grants when told to. */
function aThrottle() {
  const waiting: ((permit: Permit) => void)[] = [];
  const throttle = {
    take: () => new Promise<Permit>((resolve) => waiting.push(resolve)),
    recheck: () => undefined,
  } as Partial<Throttle> as Throttle;
  return { throttle, waiting, grant: () => waiting.shift()?.(aPermit()) };
}

type Item = { name: string; priority: 1 | 2 | 3; atMost?: number };

function aStation(maxBatch: number) {
  const { throttle, waiting, grant } = aThrottle();
  const worked: string[][] = [];
  const failed: unknown[] = [];
  const station = createStation<Item>({
    throttle,
    lane: "task",
    maxBatch,
    priorityOf: (item) => item.priority,
    atMostOf: (item) => item.atMost ?? maxBatch,
    work: async (items) => {
      worked.push(items.map(({ name }) => name));
      if (items.some(({ name }) => name === "bad")) throw new Error("no");
    },
    onError: (error) => failed.push(error),
  });
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return { station, waiting, grant, worked, failed, tick };
}

const item = (name: string, priority: 1 | 2 | 3 = 2): Item => ({ name, priority });

test("the batch is formed when the call may go: what came meanwhile goes along", async () => {
  const { station, grant, worked, tick } = aStation(100);
  station.push([item("a")]);
  station.push([item("b")]);
  grant();
  await tick();
  expect(worked).toEqual([["a", "b"]]);
});

test("priority 1 goes first, and no batch is larger than allowed", async () => {
  const { station, grant, worked, tick } = aStation(2);
  station.push([item("third", 3), item("second", 2), item("first", 1)]);
  grant();
  await tick();
  grant();
  await tick();
  expect(worked).toEqual([["first", "second"], ["third"]]);
});

test("items that want smaller batches get them, and nobody else is in those", async () => {
  const { station, grant, worked, tick } = aStation(100);
  const small = (name: string, atMost: number): Item => ({ ...item(name), atMost });
  station.push([item("first", 1), small("a", 2), small("b", 2), small("c", 2), small("alone", 1), item("last", 3)]);
  for (const _each of [1, 2, 3, 4, 5]) {
    grant();
    await tick();
  }
  expect(worked).toEqual([["first"], ["a", "b"], ["c"], ["alone"], ["last"]]);
});

test("a batch that fails is told of and does not stop the next", async () => {
  const { station, grant, worked, failed, tick } = aStation(1);
  station.push([item("bad"), item("good")]);
  grant();
  await tick();
  grant();
  await tick();
  expect(failed).toHaveLength(1);
  expect(worked).toEqual([["bad"], ["good"]]);
});

test("a drained station takes nothing new on", async () => {
  const { station, waiting } = aStation(1);
  await station.drain();
  station.push([item("late")]);
  expect(waiting).toHaveLength(0);
});

describe("items that need something for themselves", () => {
  type Held = { name: string; keys: readonly string[] };
  const held = (name: string, ...keys: string[]): Held => ({ name, keys });

  /** Each batch is under way until it is ended. */
  function aStationOfHeld(
    options: { atOnce?: number; maxBatch?: number; room?: () => number; isMoreToCome?: () => boolean } = {},
  ) {
    const { throttle, waiting, grant } = aThrottle();
    const begun: { names: string[]; end: () => void; letNext: () => void }[] = [];
    const station = createStation<Held>({
      ...{ throttle, lane: "owner-write", maxBatch: 10, priorityOf: () => 2, keysOf: ({ keys }) => keys, ...options },
      work: (items, _, letNext) =>
        new Promise((resolve) => begun.push({ names: items.map(({ name }) => name), end: () => resolve(), letNext })),
      onError: () => undefined,
    });
    const tick = () => new Promise((resolve) => setImmediate(resolve));
    const granted = async () => {
      grant();
      await tick();
    };
    return { station, waiting, begun, granted, tick };
  }
  const names = (begun: readonly { names: string[] }[]) => begun.map((batch) => batch.names);

  test("may share a batch, and wait while another batch has it; others go past them", async () => {
    const { station, begun, granted } = aStationOfHeld();
    station.push([held("a", "one"), held("b", "one")]);
    await granted();
    station.push([held("c", "one"), held("d", "two")]);
    await granted();

    expect(names(begun)).toEqual([["a", "b"], ["d"]]);
    begun[0]?.end();
    await granted();
    await granted();
    expect(names(begun).at(-1)).toEqual(["c"]);
  });

  test("ask for no call while all of them have to wait", async () => {
    const { station, waiting, begun, granted, tick } = aStationOfHeld();
    station.push([held("a", "one")]);
    await granted();
    station.push([held("b", "one")]);
    expect(waiting).toHaveLength(0);

    begun[0]?.end();
    await tick();
    expect(waiting).toHaveLength(1);
  });

  test("no item goes past an earlier one of the same key that has to wait", async () => {
    const { station, waiting, begun, granted } = aStationOfHeld();
    station.push([held("a", "account")]);
    await granted();
    station.push([held("first of the lead", "lead", "account"), held("second of the lead", "lead")]);
    expect(waiting).toHaveLength(0);

    begun[0]?.end();
    await granted();
    await granted();
    expect(names(begun)).toEqual([["a"], ["first of the lead", "second of the lead"]]);
  });

  test("so many batches are under way at once, and no more", async () => {
    const { station, waiting, begun, granted, tick } = aStationOfHeld({ atOnce: 2, maxBatch: 1 });
    station.push([held("a"), held("b"), held("c")]);
    await granted();
    await granted();
    expect([begun.length, waiting.length, station.atWork()]).toEqual([2, 0, 2]);

    begun[1]?.end();
    await tick();
    await granted();
    expect(names(begun)).toEqual([["a"], ["b"], ["c"]]);
  });

  test("without room nothing is begun, and with little no more than that", async () => {
    const free = { room: 0 };
    const { station, waiting, begun, granted } = aStationOfHeld({ room: () => free.room });
    station.push([held("a"), held("b"), held("c")]);
    expect(waiting).toHaveLength(0);

    free.room = 2;
    station.wake();
    await granted();
    expect(names(begun)).toEqual([["a", "b"]]);
  });

  test("a batch that is not full waits for what is on its way, while another is under way", async () => {
    const coming = { more: true };
    const { station, waiting, begun, granted } = aStationOfHeld({ maxBatch: 2, isMoreToCome: () => coming.more });
    station.push([held("a")]);
    await granted();
    station.push([held("b")]);
    expect([names(begun), waiting.length]).toEqual([[["a"]], 0]);

    station.push([held("c")]);
    await granted();
    station.push([held("d")]);
    coming.more = false;
    station.wake();
    await granted();
    expect(names(begun)).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  test("the next one may begin before one is through, when that says so", async () => {
    const { station, begun, granted } = aStationOfHeld({ atOnce: 1 });
    station.push([held("a", "one")]);
    await granted();
    station.push([held("b", "one")]);
    begun[0]?.letNext();
    await granted();

    expect([names(begun), station.atWork()]).toEqual([[["a"], ["b"]], 2]);
  });
});
