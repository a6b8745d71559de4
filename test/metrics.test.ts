import { expect, test } from "@jest/globals";
import { createMetrics } from "../src/metrics.ts";

test("two apps in one process share no figure", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.timersFired(3);
  expect([await one.text(), await other.text()]).toEqual([
    expect.stringContaining("baton_timers_fired_total 3"),
    expect.stringContaining("baton_timers_fired_total 0"),
  ]);
});

test("a batch counts its size, and each decision by outcome and stage", async () => {
  const metrics = createMetrics();
  metrics.decided([{ outcome: { kind: "assigned", stage: "pick" } }, { outcome: { kind: "queued" } }]);
  const text = await metrics.text();
  expect(text).toContain('baton_decisions_total{outcome="assigned",stage="pick"} 1');
  expect(text).toContain('baton_decisions_total{outcome="queued",stage="none"} 1');
  expect(text).toContain("baton_batch_leads_sum 2");
});

test("durations come in milliseconds and go out in seconds", async () => {
  const metrics = createMetrics();
  metrics.ownerWritten(250);
  expect(await metrics.text()).toContain("baton_owned_seconds_sum 0.25");
});

test.each([
  "deliveries_refused_total",
  "database_errors_total",
  "stale_completions_total",
])("an alarm on the growth of %s sees the first one too: it stands at 0 before", async (name) => {
  expect(await createMetrics().text()).toMatch(new RegExp(`^baton_${name}\\{[^}]+\\} 0$`, "m"));
});
