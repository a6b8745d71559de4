import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { collectDefaultMetrics, Registry } from "prom-client";
import { createMetrics } from "../../src/metrics.ts";
import { adviceOn, alertAdvice } from "../../src/operator/alert-advice.ts";
import { operatingTables } from "../../src/operator/chapter.ts";
import { watchedMetrics } from "../../src/operator/watched-metrics.ts";
import type { NewAlert } from "../../src/store/alerts.ts";

const root = join(import.meta.dirname, "../..");

async function ownMetrics(): Promise<{ own: string[]; ofProcess: string[] }> {
  const metrics = createMetrics();
  metrics.watchDisk("/");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "baton_" });
  const ofProcess = namesIn(await registry.metrics());
  return { own: namesIn(await metrics.text()).filter((name) => !ofProcess.includes(name)), ofProcess };
}

const namesIn = (text: string) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? "");

test("every metric that Baton counts has its meaning in the registry, and none is there that it does not count", async () => {
  const { own, ofProcess } = await ownMetrics();
  const registered = Object.keys(watchedMetrics);
  expect(own.filter((name) => !registered.includes(name))).toEqual([]);
  expect(registered.filter((name) => !own.includes(name) && !ofProcess.includes(name))).toEqual([]);
});

/** The kinds as the calls of raiseAlert name them: right there, or by a constant of the same file. */
function raisedKinds(): string[] {
  const files = globSync("src/pipeline/**/*.ts", { cwd: root }).map((path) => readFileSync(join(root, path), "utf8"));
  return files
    .filter((text) => text.includes("await raiseAlert("))
    .flatMap((text) => {
      const named = [...text.matchAll(/await raiseAlert\([\s\S]*?kind: "([a-z-]+)"/g)].map(([, kind]) => kind);
      const bound = [...text.matchAll(/const (?:kind|\w+Alert) = "([a-z-]+)"|kind: "([a-z-]+)" as const/g)];
      return [...named, ...bound.map(([, kind, other]) => kind ?? other)];
    })
    .map(String);
}

test("every kind of alert that the pipeline raises is in the registry, and none is there that it does not raise", () => {
  expect([...new Set(raisedKinds())].sort()).toEqual(Object.keys(alertAdvice).sort());
});

test("a kind that the registry does not know cannot be raised", () => {
  // The type check fails when the next line stops being an error.
  // @ts-expect-error: not a kind of alert
  const kind: NewAlert["kind"] = "made-up";
  expect(adviceOn(kind).meaning).toContain("Another version");
});

test("the README says what the registry says", () => {
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(operatingTables());
});
