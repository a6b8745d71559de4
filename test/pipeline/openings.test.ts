import { expect, test } from "@jest/globals";
import { type Throttle, ThrottleClosed } from "../../src/crm/throttle.ts";
import { silentLog } from "../../src/log.ts";
import { createOpenings } from "../../src/pipeline/openings.ts";

/** A throttle in which somebody waits until it is closed. */
function aThrottle() {
  const closed = Promise.withResolvers<never>();
  const throttle: Pick<Throttle, "close"> = { close: () => closed.reject(new ThrottleClosed()) };
  return { throttle: throttle as Throttle, wait: () => closed.promise };
}

test("a connection that waits for its calls keeps no other closed, and is begun once", async () => {
  const openings = createOpenings({ log: silentLog });
  const { throttle, wait } = aThrottle();
  const begun: string[] = [];
  const waiting = async (waitsIn: (throttle: Throttle) => void) => {
    begun.push("a");
    waitsIn(throttle);
    await wait();
  };
  openings.begin("a", waiting);
  openings.begin("a", waiting);
  const opened = Promise.withResolvers<void>();
  openings.begin("b", async () => opened.resolve());
  await opened.promise;

  expect(begun).toEqual(["a"]);
  await openings.end();
  openings.begin("c", async () => void begun.push("c"));
  expect(begun).toEqual(["a"]);
});

test("one that fails is begun again by whoever looks again, and one that finds its throttle late is sent home as well", async () => {
  const openings = createOpenings({ log: silentLog });
  const tries: number[] = [];
  const failing = () =>
    new Promise<void>((resolve) =>
      openings.begin("a", async () => {
        tries.push(tries.length);
        queueMicrotask(resolve);
        throw new Error("The CRM is away.");
      }),
    );
  await failing();
  await new Promise(setImmediate);
  await failing();
  expect(tries).toEqual([0, 1]);

  const { throttle, wait } = aThrottle();
  const later = Promise.withResolvers<void>();
  openings.begin("b", async (waitsIn) => {
    await later.promise;
    waitsIn(throttle);
    await wait();
  });
  const ended = openings.end();
  later.resolve();
  await expect(ended).resolves.toBeUndefined();
});
