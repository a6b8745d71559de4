import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type OrgJourney, orgPolicy, startOrgJourney } from "./org-world.ts";

let world: OrgJourney;
beforeEach(async () => {
  // Half of its calls are kept for owners, so that nothing else is about to spend them.
  world = await startOrgJourney({ policyText: orgPolicy.replace("urgent: 0.05", "urgent: 0.5") });
});
afterEach(() => world.stop());

const dayOf = ({ app }: OrgJourney) => [...app.deps.throttles.values()][0]?.state().day ?? null;
/** For a minute nothing was asked. */
function isAtRest({ sandbox, now }: OrgJourney) {
  return () => now().getTime() - (sandbox.requests.list().at(-1)?.at ?? 0) > 60_000;
}
const alerts = async () =>
  (await openAlertsOfAll(world.app.deps.db.query, 20)).filter(({ kind }) => kind === "requests-spent");

test("when all that may wait has spent its calls, a lead gets its owner and task all the same, and that is told", async () => {
  const caughtUp = () =>
    world.sandbox.requests.list().some(({ query }) => /FROM Lead WHERE Status/.test(query.q ?? ""));
  await world.inTime("Baton has read in the org, and asked who qualified", caughtUp);
  await world.inTime("it rests", isAtRest(world));
  const used = dayOf(world)?.used ?? 0;
  // Twice that is Baton's, and half of it for owners.
  world.org.limits.daily = 4 * used;
  await world.inTime("the org has told so", () => dayOf(world)?.account.limit === 4 * used);
  const before = world.sandbox.requests.list().length;
  const id = world.aLead({ Status: "MQL" });

  await world.inTime(
    "it is owned and has its task",
    () => world.lead(id).OwnerId !== world.queueId && world.tasksOf(id).length > 0,
  );
  const until = world.now().getTime() + 30 * 60_000;
  await world.inTime("half an hour is over", () => world.now().getTime() > until);

  expect(dayOf(world)?.used).toBeLessThanOrEqual(2 * used);
  expect(world.sandbox.requests.list().length - before).toBeLessThan(used);
  const [alert] = await alerts();
  expect(alert?.message).toMatch(
    /^Baton has made \d+ of the \d+ calls that the policy leaves it .* kept for owners: all else waits until/,
  );
});

test("Baton stops at once also while its set-up waits for calls of the day", async () => {
  await world.stop();
  const prepare: NonNullable<Parameters<typeof startOrgJourney>[0]>["prepare"] = ({ org }) => {
    org.limits.daily = 20;
  };
  world = await startOrgJourney({ prepare });
  await world.inTime("it waits for the day's calls", () => (dayOf(world)?.waitMs.sync ?? 0) > 0);

  // That `stop` ends is what is tried.
  await expect(world.app.stop()).resolves.toBeUndefined();
});
