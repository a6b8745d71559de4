import { describe, expect, test } from "@jest/globals";
import { createVirtualTime } from "../../scripts/bench/virtual-time.ts";
import { type CallResult, call, createThrottle, type Lane, ThrottleClosed } from "../../src/crm/throttle.ts";
import { createWindow } from "../../src/crm/window.ts";
import { CrmError } from "../../src/errors.ts";

const limit = 110;

function aWorld() {
  const time = createVirtualTime();
  const window = createWindow({ limit, windowMs: 10_000 });
  window.answered(window.spend(0), 0, limit - 1);
  const ended: [Lane, CallResult][] = [];
  const throttle = createThrottle({
    window,
    now: time.now,
    setTimer: time.setTimer,
    random: () => 0.5,
    onCall: (lane, result) => ended.push([lane, result]),
  });
  const sentAt: number[] = [];
  /** Answers each try with the next of `answers`: an error is thrown, anything else is the result. */
  const sender = (answers: readonly unknown[]) => async () => {
    sentAt.push(time.now());
    const answer = answers[sentAt.length - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { time, window, throttle, ended, sentAt, sender };
}

/** Runs the call to its end on virtual time: its result, or the kind of its error. */
async function outcome(world: ReturnType<typeof aWorld>, answers: readonly unknown[]): Promise<unknown> {
  const result = call(world.throttle, { lane: "task" }, world.sender(answers)).catch((error: unknown) =>
    error instanceof CrmError ? error.kind : error,
  );
  await world.time.runUntil(120_000);
  return result;
}

const failure = (kind: CrmError["kind"], details?: ConstructorParameters<typeof CrmError>[2]) =>
  new CrmError(kind, "test", details);

describe("the short retry", () => {
  test.each([
    ["rate-limited", [0, 10_000]],
    ["locked", [0, 2_125]],
    ["unavailable", [0, 500]],
  ] as const)("sends a call again that was %s, after its own wait", async (kind, sentAt) => {
    const world = aWorld();

    expect([await outcome(world, [failure(kind), "done"]), world.sentAt]).toEqual(["done", sentAt]);
  });

  test.each([
    ["rate-limited", [0, 3_000]],
    ["locked", [0, 3_125]],
    ["unavailable", [0, 3_125]],
  ] as const)("honours the CRM's own wait when it was %s", async (kind, sentAt) => {
    const world = aWorld();
    await outcome(world, [failure(kind, { retryAfterMs: 3_000 }), "done"]);

    expect(world.sentAt).toEqual(sentAt);
  });

  test("gives up after the third try", async () => {
    const world = aWorld();

    const answers = Array.from({ length: 5 }, () => failure("unavailable"));
    expect([await outcome(world, answers), world.sentAt.length]).toEqual(["unavailable", 3]);
  });

  test.each([
    "quota",
    "unknown-outcome",
    "unauthorized",
    "unauthorized-final",
    "missing-scope",
    "not-found",
    "conflict",
    "rejected",
    "migrating",
  ] as const)("never sends a call again that was %s", async (kind) => {
    const world = aWorld();

    expect([await outcome(world, [failure(kind), "done"]), world.sentAt]).toEqual([kind, [0]]);
  });

  test("leaves a long wait to the stored work", async () => {
    const world = aWorld();

    expect(await outcome(world, [failure("rate-limited", { retryAfterMs: 60_000 }), "done"])).toBe("rate-limited");
  });

  test("never sends a call again after an error that nobody translated", async () => {
    const world = aWorld();

    expect([await outcome(world, [new Error("bug"), "done"]), world.sentAt.length]).toEqual([new Error("bug"), 1]);
  });

  test("ends with the workspace", async () => {
    const world = aWorld();
    const result = call(world.throttle, { lane: "task" }, world.sender([failure("locked")]));
    await world.time.runUntil(100);
    world.throttle.close();

    await expect(result).rejects.toThrow(ThrottleClosed);
  });
});

describe("permits of a call", () => {
  test("each try spends a token of its own, refused ones too", async () => {
    const world = aWorld();
    void call(world.throttle, { lane: "task" }, world.sender([failure("unavailable"), "done"]));
    await world.time.runUntil(1_000);

    expect([world.window.used(1_000), world.throttle.state().inFlight]).toEqual([3, 0]);
  });

  test("the first one may be handed in", async () => {
    const world = aWorld();
    const permit = await world.throttle.take("task");
    await call(world.throttle, { lane: "task", permit }, async () => "done");

    expect(() => permit.started()).toThrow("used before");
  });

  test("what an answer reports is believed, also when it is an error", async () => {
    const world = aWorld();
    const refusal = call(world.throttle, { lane: "task" }, async (report) => {
      report({ remaining: 40 });
      throw failure("rejected", { status: 400 });
    });

    await expect(refusal).rejects.toThrow(CrmError);
    expect(world.throttle.state().free).toBe(40);
  });

  test("a call without an answer counts from when it was given up", async () => {
    const world = aWorld();
    const lost = call(world.throttle, { lane: "task" }, async () => {
      await world.time.wait(5_000);
      throw failure("unknown-outcome");
    }).catch((error: unknown) => error);
    await world.time.runUntil(6_000);
    await lost;

    expect([world.window.free(14_999), world.window.free(15_000)]).toEqual([limit - 1, limit]);
  });

  test.each(["quota", "migrating"] as const)("%s pauses the whole connection", async (kind) => {
    const world = aWorld();
    await outcome(world, [failure(kind, { retryAfterMs: 3_600_000 })]);

    expect(world.throttle.state().pausedUntilMs).toBe(3_600_000);
  });
});

describe("every call that was sent is told of once", () => {
  test("as refused, failed or answered", async () => {
    const world = aWorld();
    await outcome(world, [failure("rate-limited"), failure("unavailable"), "done"]);
    expect(world.ended).toEqual([
      ["task", "refused"],
      ["task", "failed"],
      ["task", "answered"],
    ]);
  });

  test("not one that was never sent", async () => {
    const world = aWorld();
    (await world.throttle.take("task")).release();
    expect(world.ended).toEqual([]);
  });
});
