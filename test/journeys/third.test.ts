import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { accountName } from "../../src/crm/account-name.ts";
import { crmProducts } from "../../src/crm/index.ts";
import type { CrmProduct } from "../../src/crm/product.ts";
import { Invalid } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";
import { product as third } from "../crm/third/product.ts";
import { type Author, idOf, type Row } from "../crm/third/records.ts";
import { app as registered, startThird, type ThirdServer } from "../crm/third/server.ts";
import { openTestDatabase } from "../store/database.ts";
import { appClock } from "./world.ts";

// The registry with one line more, as whoever adds a CRM writes it; of this file's modules alone.
(crmProducts as CrmProduct[]).push(third);

const env = {
  BATON_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString("base64")}`,
  PORT: "0",
  BATON_ACCOUNT_INDEX_MB: "64",
};
const set = { THIRD_CLIENT_ID: registered.id, THIRD_CLIENT_SECRET: registered.secret };

/** What is wrong with this environment. */
function problemsOf(given: Record<string, string>): string[] {
  try {
    readConfig({ ...env, ...given });
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

test("a third CRM is set up as the others are, and an operator is told what is missing", () => {
  expect(problemsOf({ THIRD_CLIENT_ID: "baton", THIRD_URL: "http://127.0.0.1:1/" })).toEqual([
    "THIRD_CLIENT_SECRET: missing; copy it from the page of your app in Third",
    "THIRD_URL: must not end with a slash",
  ]);
  expect(problemsOf(set)).toEqual([
    "BATON_PUBLIC_URL: missing; Third sends the admin's browser back to Baton: set the https address that leads to it",
  ]);
  const config = readConfig({ ...env, ...set, THIRD_URL: "http://127.0.0.1:1" });
  expect(config.crms).toEqual({ third: { clientId: "baton", clientSecret: "secret", url: "http://127.0.0.1:1" } });
  expect(accountName({ crm: "third", externalId: "t-1" })).toBe("Third account t-1");
});

describe("installed", () => {
  let clock: ReturnType<typeof createClock>;
  let server: ThirdServer;
  let dataDir: string;
  let app: Awaited<ReturnType<typeof createApp>>;
  beforeEach(async () => {
    clock = createClock({ startAt: Date.parse("2026-11-17T14:00:00Z"), speed: 1 });
    dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
    server = await startThird(() => new Date(clock.now()).toISOString());
    const policyText = (await readStartingPolicy(null))
      .replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: mql")
      .replace("stage: null, status: OPEN", "stage: working, status: null");
    app = await createApp({
      config: {
        ...readConfig({ ...env, ...set, THIRD_URL: server.url, BATON_DATA_DIR: dataDir }),
        accountIndexDir: null,
      },
      ...{ clock: appClock(clock), policyText, log: silentLog, openDatabase: openTestDatabase },
    });
    await app.start();
  });
  afterEach(async () => {
    await app.stop();
    await server.stop();
    clock.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** What an admin does in the browser. */
  async function install(): Promise<number> {
    const begin = await fetch(`${app.url}/third/install`, { redirect: "manual" });
    const cookie = (begin.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const allowed = await fetch(begin.headers.get("location") ?? "", { redirect: "manual" });
    return (await fetch(allowed.headers.get("location") ?? "", { headers: { cookie } })).status;
  }

  /** Time passes in small steps until it is so; at most 60 s of real time. */
  async function inTime(what: string, isTrue: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + 60_000;
    while (!isTrue()) {
      if (performance.now() > giveUpAt) throw new Error(`Time passed in vain until ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      clock.advance(2_000);
    }
  }

  test("a lead of a CRM that tells nothing by itself is found, given to its account's owner with a task, and watched", async () => {
    const { records } = server;
    const importer: Author = { kind: "app", id: "importer" };
    const rep = (name: string) => idOf(records.create("users", { name, active: true, team: "DACH Sales" }, importer));
    const [, owner] = [rep("Ada Berg"), rep("Ben Cole")];
    const account = { name: "Muster Maschinen GmbH", website: "https://www.muster-maschinen.de", country: "Germany" };
    records.create("accounts", { ...account, owner }, importer);
    const fields = { email: "jana@muster-maschinen.de", company: "Muster Maschinen GmbH", country: "Germany" };
    const id = idOf(records.create("leads", { ...fields, stage: "new" }, importer));
    const lead = (): Partial<Row> => records.get("leads", id) ?? {};
    const tasks = () => records.all("tasks").filter((task) => task.lead === id);
    expect(await install()).toBe(200);
    await inTime("the accounts are read", () => server.requests() > 5);

    records.change("leads", id, { stage: "mql" }, importer);

    await inTime("the lead is owned", () => lead().owner !== undefined);
    await inTime("there is a task", () => tasks().length > 0);
    expect(lead()).toMatchObject({ owner, stage: "working", baton: { slaStatus: "running" } });
    const [task] = tasks();
    expect(task).toMatchObject({ owner, subject: expect.stringContaining("Muster") });
    expect(task?.body).toContain(`https://${new URL(server.url).host}/leads/${id}`);

    const rep1: Author = { kind: "user", id: owner };
    records.create("calls", { lead: id }, rep1);
    records.change("tasks", task?.id ?? "", { done: true }, rep1);
    await inTime("the SLA is met", () => (lead().baton as { slaStatus?: string }).slaStatus === "met");
  });
});
