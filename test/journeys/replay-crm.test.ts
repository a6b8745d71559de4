import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { noChanges } from "../../src/engine/changes.ts";
import { reports } from "../../src/pipeline/reports.ts";
import type { Said } from "../../src/pipeline/said.ts";
import type { Portal, Source } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { type Journey, startJourney, startOfTime } from "./world.ts";

// A draft over leads that Baton never saw: the CRM's own history is all there is. It is Tuesday, 17 November, 14:00 UTC.

const workflow: Source = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
const person: Source = { type: "CRM_UI", userId: 9101, id: "userId:9101" };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Tuesday, 3 November, 09:00 UTC: everybody in Europe is at work. */
const tuesday = Date.parse("2026-11-03T09:00:00.000Z");

type Past = {
  properties?: Record<string, string>;
  qualifiedAt: number;
  /** Whom the CRM's own routing gave it to, ten minutes later. */
  givenTo?: string;
  companyId?: string;
};

const options = (at: number, source: Source = workflow) => ({ source, version: "v3", at, trusted: true }) as const;

function change(portal: Portal, id: string, properties: Record<string, string>, at: number, by?: Source): void {
  updateRecord(portal, "0-1", id, properties, options(at, by));
}

/** A contact that became MQL in the past, and was given to somebody by a workflow. */
function pastLead(portal: Portal, { properties = {}, qualifiedAt, givenTo, companyId }: Past): string {
  const { id } = createRecord(
    portal,
    "0-1",
    { country: "Germany", hubspotscore: "65", ...properties },
    {
      ...options(qualifiedAt - hourMs),
      associations:
        companyId === undefined
          ? []
          : [{ toTypeId: "0-2", toId: companyId, types: [{ category: "HUBSPOT_DEFINED", typeId: 1 }] }],
    },
  );
  change(portal, id, { lifecyclestage: "marketingqualifiedlead" }, qualifiedAt);
  if (givenTo !== undefined) change(portal, id, { hubspot_owner_id: givenTo }, qualifiedAt + 10 * minuteMs);
  return id;
}

const ids = { moved: "", owned: "", humans: "", unowned: "", later: "" };

function prepare(portal: Portal): void {
  // Six leads for the DACH pool of two, all given to Anna.
  for (let each = 0; each < 6; each += 1)
    pastLead(portal, {
      properties: { email: `lead-${each}@dach-${each}.example` },
      qualifiedAt: tuesday + each * hourMs,
      givenTo: "101",
    });
  // From the UK when it qualified, from Germany since yesterday, a customer by now.
  ids.moved = pastLead(portal, {
    properties: { email: "moved@moved.example", country: "United Kingdom" },
    qualifiedAt: tuesday + 10 * minuteMs,
    givenTo: "201",
  });
  change(portal, ids.moved, { country: "Germany", lifecyclestage: "customer" }, startOfTime - dayMs);
  // Its account has an owner now, because of this very lead.
  updateRecord(portal, "0-2", "5002", { hubspot_owner_id: "302" }, options(startOfTime - dayMs));
  ids.owned = pastLead(portal, {
    properties: { email: "owned@corvus.example", country: "United Kingdom" },
    qualifiedAt: tuesday + 20 * minuteMs,
    givenTo: "202",
    companyId: "5002",
  });
  // A person gave it to Elif the day before, and she kept it.
  ids.humans = pastLead(portal, {
    properties: { email: "kept@kept.example" },
    qualifiedAt: tuesday + 30 * minuteMs,
  });
  change(portal, ids.humans, { lifecyclestage: "" }, tuesday + 31 * minuteMs, person);
  change(portal, ids.humans, { hubspot_owner_id: "301" }, tuesday + 32 * minuteMs, person);
  change(portal, ids.humans, { lifecyclestage: "marketingqualifiedlead" }, tuesday + 40 * minuteMs);
  // Nobody ever took it.
  ids.unowned = pastLead(portal, {
    properties: { email: "nobody@nobody.example", country: "United Kingdom" },
    qualifiedAt: tuesday + 50 * minuteMs,
  });
  // Before the time that is looked at.
  pastLead(portal, {
    properties: { email: "early@early.example" },
    qualifiedAt: startOfTime - 20 * dayMs,
    givenTo: "102",
  });
}

let journey: Journey;
let shipped: string;
beforeAll(async () => {
  journey = await startJourney({ prepare, inDirectory: true });
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await journey.settled();
}, 120_000);
afterAll(() => journey.stop());

async function said(input: object = {}): Promise<Said[]> {
  const given = { workspace: null, policy: null, days: 15, changes: noChanges, from: "crm", ...input };
  const all: Said[] = [];
  const deps = { db: journey.app.deps.db, reading: () => journey.app.deps };
  for await (const each of reports.replay(deps, given, journey.app.deps.now().toISOString())) all.push(each);
  return all;
}

const linesOf = (all: readonly Said[]) => all.flatMap((each) => ("line" in each ? [each.line] : []));
const jsonOf = (all: readonly Said[]) =>
  JSON.parse(all.map((each) => ("json" in each ? each.json : "")).join("")) as {
    differences: { lead_id: string; was: string; now: string; why_was: string | null; why_now: string }[];
    summary: { decisions: number; elsewhere: number; before: string; was: object; now: object };
    untold: { what: string; leads: number | null; text: string }[];
  };

test("leads are decided as they were then, beside who really had them a day later", async () => {
  const all = await said();
  const { differences, summary } = jsonOf(all);
  const lines = linesOf(all);

  // Of the six of Anna three are Bernd's turn; whom nobody took goes to one of the two in the UK.
  expect(summary).toMatchObject({ decisions: 10, elsewhere: 4, before: "owners" });
  expect(Object.keys(summary.was)).toEqual(["reps", "stops", "limits"]);
  expect(summary.now).toMatchObject({ pools: { dach: 6, "uk-nordics": 3 }, fallbacks: 0 });
  expect(lines[0]).toBe("Of 10 leads 4 (40.0 %) would have gone elsewhere.");
  expect(lines).toContain("- Anna Rep101: 6 → 3 (-3)");
  expect(lines).toContain("- Bernd Rep102: 0 → 3 (+3)");
  expect(lines).toContain("- dach: (nobody can say) → 6");
  expect(differences.filter(({ was }) => was === "Anna Rep101").map(({ now, why_was }) => [now, why_was])).toEqual([
    ["Bernd Rep102", null],
    ["Bernd Rep102", null],
    ["Bernd Rep102", null],
  ]);
  expect(differences.find(({ lead_id }) => lead_id === ids.unowned)).toMatchObject({
    was: "nobody: a day later it had no owner",
    now: expect.stringMatching(/^(Claire Rep201|Daniel Rep202)$/),
  });
}, 30_000);

test("a lead is decided on its country, its account's owner and its own as they were, not as they are", async () => {
  const moved = new Set(jsonOf(await said()).differences.map(({ lead_id }) => lead_id));

  // From the UK: Claire's turn, who had it. Its account had no owner yet: Daniel's turn, who had it. A person's choice stands.
  expect([ids.moved, ids.owned, ids.humans].filter((id) => moved.has(id))).toEqual([]);
}, 30_000);

test("what the CRM does not tell is told, with how many leads it is about", async () => {
  const all = await said();
  const lines = linesOf(all);
  const { untold } = jsonOf(all);

  expect(lines).toContain("- score: as it is today, for the CRM keeps no history of it (10 leads).");
  expect(lines).toContain(
    "- Account: the one that the lead belongs to today, for the CRM keeps no history of that (1 lead).",
  );
  expect(lines.join("\n")).toContain("- Teams are those of today.");
  expect(untold).toContainEqual({
    what: "no-history score",
    leads: 10,
    text: expect.stringContaining("keeps no history"),
  });
  expect(untold.map(({ what }) => what)).toContain("absences");
}, 30_000);

test("nothing is written, neither in the CRM nor here, and the calls are those of the backfill lane and of search", async () => {
  const { requests } = journey.hubspot;
  const counts = async () => {
    const { query } = journey.app.deps.db;
    const tables = ["decisions", "batches", "operations", "ledgers", "accounts", "leads", "inbox", "reps"] as const;
    return Promise.all(tables.map((table) => query.selectFrom(table).selectAll().execute()));
  };
  await journey.settled();
  const before = await counts();
  const since = requests.list().at(-1)?.id ?? 0;
  const calls = await callsByLane();
  await said();
  const asked = requests.list({ since });

  expect(journey.app.deps.throttles.size).toBe(1);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((request) => !isRead(request))).toEqual([]);
  expect(asked.filter(({ status }) => status >= 400)).toEqual([]);
  expect(await counts()).toEqual(before);
  expect(Object.keys(await callsByLane()).filter((lane) => lane === "backfill")).toEqual(["backfill"]);
  expect((await callsByLane())["live-read"] ?? 0).toBe(calls["live-read"] ?? 0);
}, 30_000);

const isRead = ({ method, path }: { method: string; path: string }) =>
  method === "GET" || /\/(batch\/read|search|token|introspect)\b/.test(path);

/** Calls that the app made, by lane. */
async function callsByLane(): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  for (const line of (await journey.app.metrics.text()).split("\n")) {
    const found = /^baton_crm_calls_total\{.*lane="([^"]+)".*\} (\d+)/.exec(line);
    if (found?.[1] !== undefined) calls[found[1]] = (calls[found[1]] ?? 0) + Number(found[2]);
  }
  return calls;
}

test("what if: with Bernd away in those days all of the DACH leads are Anna's, as they were", async () => {
  const away = [{ rep: "Bernd Rep102", from: "2026-11-02", to: "2026-11-06" }];
  const lines = linesOf(await said({ changes: { ...noChanges, away } }));

  expect(lines[0]).toBe("Of 10 leads 1 (10.0 %) would have gone elsewhere.");
}, 30_000);

describe("what cannot be done is refused, with what to do", () => {
  test("a policy of a stage that the account does not have", async () => {
    const policy = shipped.replace(/marketingqualifiedlead/g, "marketingqualified");

    await expect(said({ policy })).rejects.toThrow(
      /HubSpot account \d+ has no stage marketingqualified — did you mean "marketingqualifiedlead"\? It has subscriber, lead/,
    );
  });

  test("a field that the CRM does not have is told of, and keeps nobody from the rest", async () => {
    const policy = shipped.replace("lead.fitScore", "lead.crm.no_such_score");
    expect(policy).not.toBe(shipped);

    expect(linesOf(await said({ policy }))).toContain(
      "- crm.no_such_score: the CRM has no such field; check its name in the policy (10 leads).",
    );
  }, 30_000);

  test("a scope that the account has taken back", async () => {
    const fault = journey.hubspot.faults.add({
      route: "POST /crm/objects/:version/contacts/batch/read",
      kind: "status-before",
      status: 403,
      category: "MISSING_SCOPES",
    });

    await expect(said()).rejects.toThrow(
      /^HubSpot account \d+ does not let Baton read this \(.*\): install Baton in it again and allow that\./,
    );
    journey.hubspot.faults.remove(fault.id);
  }, 30_000);

  test("an account whose calls of the day are spent", async () => {
    const fault = journey.hubspot.faults.add({
      route: "POST /crm/objects/:version/contacts/search",
      kind: "daily-limit",
      retryAfter: 1,
    });

    await expect(said()).rejects.toThrow(
      /^The calls that HubSpot account \d+ allows in a day are spent: try again after 2026-11-17T/,
    );
    journey.hubspot.faults.remove(fault.id);
  }, 30_000);

  test("a connection that is paused, or several of which none is named", async () => {
    const { query } = journey.app.deps.db;
    const connection = await query.selectFrom("connections").selectAll().executeTakeFirstOrThrow();
    await query.updateTable("connections").set({ status: "paused", pausedBecause: "uninstalled" }).execute();
    const paused = await said().catch((error: unknown) => String(error));
    await query.updateTable("connections").set({ status: "active", pausedBecause: null }).execute();
    const capabilities = JSON.stringify(connection.capabilities);
    const other = { ...connection, id: "another", externalId: "77", status: "paused" as const, capabilities };
    await query.insertInto("connections").values(other).execute();
    const several = await said().catch((error: unknown) => String(error));
    const named = linesOf(await said({ connection: connection.id }));
    await query.deleteFrom("connections").where("id", "=", "another").execute();

    expect(paused).toMatch(/account \d+ is paused: uninstalled\. Install Baton in it again\./);
    expect(several).toMatch(/There are several connections, say which with --connection: HubSpot account \d+/);
    expect(named[0]).toMatch(/^Of 10 leads 4 /);
  }, 30_000);

  test("a connection that is not there", async () => {
    await expect(said({ connection: "77" })).rejects.toThrow(
      /^There is no connection 77; there are HubSpot account \d+/,
    );
  });
});

test("the command line asks the server that runs, and writes both files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "baton-replay-"));
  const [csv, json] = [join(folder, "moved.csv"), join(folder, "moved.json")];
  const script = join(import.meta.dirname, "../../scripts/baton.js");
  const run = (args: readonly string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [script, ...args],
        { env: { ...process.env, ...journey.env } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  const done = await run(["replay", "--from", "crm", "--days", "15", "--csv", csv, "--json", json]);
  const verify = await run(["replay", "--from", "crm", "--verify"]);
  const nowhere = await run(["replay", "--from", "hubspot"]);

  if (journey.env.DATABASE_URL === undefined) {
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toContain("Of 10 leads 4 (40.0 %) would have gone elsewhere.");
    expect((await readFile(csv, "utf8")).trim().split("\r\n")).toHaveLength(5);
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject({ summary: { elsewhere: 4 } });
  } else expect(done.stderr).toContain("BATON_ENCRYPTION_KEYS");
  expect(verify).toMatchObject({ code: 1, stderr: expect.stringContaining("leave out --from crm") });
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("store, crm") });
  await rm(folder, { recursive: true });
}, 90_000);

test("when the leads really went where the policy sends them, nobody goes elsewhere", async () => {
  const contacts = journey.portal.records.get("0-1");
  const idOf = (name: string) => /Rep(\d+)$/.exec(name)?.[1] ?? "";
  for (const { lead_id, now } of jsonOf(await said()).differences) {
    const at = tuesday + 12 * hourMs;
    contacts?.get(lead_id)?.history.set("hubspot_owner_id", [{ value: idOf(now), timestamp: at, source: workflow }]);
  }
  const { summary } = jsonOf(await said());

  expect(summary).toMatchObject({ decisions: 10, elsewhere: 0 });
}, 30_000);
