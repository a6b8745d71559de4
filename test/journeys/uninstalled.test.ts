import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Journey, portalId, startJourney } from "./world.ts";

// What is kept of a CRM's companies beside the database.

let journey: Journey;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "baton-kept-"));
  await keep("removed");
  journey = await startJourney({ configure: (config) => ({ ...config, accountIndexDir: directory }) });
});
afterAll(async () => {
  await journey.stop();
  await rm(directory, { recursive: true, force: true });
});

const keep = (connectionId: string) => writeFile(join(directory, `${connectionId}.1795000000000.accounts`), "");

test("companies of a CRM that is connected no more are not kept: at the start, and when the app is uninstalled", async () => {
  expect(await readdir(directory)).toEqual([]);
  await keep([...journey.app.deps.throttles.keys()][0] ?? "");
  expect(await readdir(directory)).toHaveLength(1);
  journey.hubspot.uninstall({ portalId, appId: journey.hubspot.apps[0]?.id ?? 0 });
  await journey.inTime("nothing is kept", async () => (await readdir(directory)).length === 0);
});
