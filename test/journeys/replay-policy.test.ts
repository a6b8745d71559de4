import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { noChanges } from "../../src/engine/changes.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { type ReplayEvent, type ReplayResult, replayUnder } from "../../src/pipeline/replay-policy.ts";
import { reports } from "../../src/pipeline/reports.ts";
import type { Said } from "../../src/pipeline/said.ts";
import { type Journey, startJourney } from "./world.ts";

// A draft over what was decided: who would have gone elsewhere and why.

let journey: Journey;
let shipped: string;
beforeAll(async () => {
  journey = await startJourney({ inDirectory: true });
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const countries = ["Germany", "United Kingdom", "Brazil"];
  for (let each = 0; each < 24; each += 1) {
    journey.qualify({
      email: `lead-${each}@somewhere-${each}.example`,
      country: countries[each % 3] ?? "",
      hubspotscore: "65",
    });
    if (each % 5 === 4) await journey.settled();
  }
  await journey.settled();
}, 60_000);
afterAll(() => journey.stop());

const db = () => journey.app.deps.db;
const now = () => journey.app.deps.now().toISOString();

async function workspaceId(): Promise<string> {
  const [row] = await db().query.selectFrom("workspaces").select("id").execute();
  return row?.id ?? "";
}

async function replayed(draft: string): Promise<{ events: ReplayEvent[]; result: ReplayResult }> {
  const since = "2026-11-01T00:00:00.000Z";
  const options = {
    workspaceId: await workspaceId(),
    since,
    now: now(),
    policy: parsePolicy(draft),
    changes: noChanges,
  };
  const replay = replayUnder(db().query, options);
  const events: ReplayEvent[] = [];
  for (;;) {
    const step = await replay.next();
    if (step.done === true) return { events, result: step.value };
    events.push(step.value);
  }
}

async function said(input: object, name: "replay" | "verify" | "policy-effect" = "replay"): Promise<Said[]> {
  const given = { workspace: null, policy: null, days: 90, changes: noChanges, ...input };
  const all: Said[] = [];
  for await (const each of reports[name]({ db: db(), reading: () => journey.app.deps }, given, now())) all.push(each);
  return all;
}

const linesOf = (all: readonly Said[]) => all.flatMap((each) => ("line" in each ? [each.line] : []));
const textOf = (all: readonly Said[], kind: "csv" | "json") =>
  all.map((each) => (kind in each ? (each as Record<string, string>)[kind] : "")).join("");

test("under the policy in force nobody goes elsewhere", async () => {
  const { events, result } = await replayed(shipped);

  expect(events.filter(({ kind }) => kind === "difference")).toEqual([]);
  expect(result.tally).toMatchObject({ decisions: 24, elsewhere: 0, erased: 0, moot: 0 });
  expect(result.tally.now).toEqual(result.tally.was);
});

const draft = () =>
  shipped.replace("countries: [GB, IE, SE,", "countries: [IE, SE,").replace("[DE, AT, CH, LI]", "[DE, AT, CH, LI, GB]");

test("under a draft that moves a country its leads do, each with the step in which the decisions part", async () => {
  const lines = linesOf(await said({ policy: draft() }));

  // Beside the eight themselves, those whose turn it is now because of them.
  expect(lines[0]).toMatch(/^Of 24 decisions (8|9|1\d) \(\d\d\.\d %\) would have gone elsewhere\.$/);
  expect(lines.join("\n")).toMatch(
    /- 8, such as lead \d+: Territory narrowed the choice to uk-nordics: 2 reps left\. → Territory narrowed the choice to dach: 2 reps left\./,
  );
  expect(lines).toContain("- Claire Rep201: 4 → 0 (-4)");
  expect(lines).toContain("- dach: 8 → 16 (+8)");
}, 30_000);

test("what a draft would hold in a list is told of: who has it in the end a replay does not follow", async () => {
  const claimed = shipped.replace(
    "name: dach, teams: [DACH Sales]",
    "name: dach, teams: [DACH Sales], strategy: claim",
  );
  const lines = linesOf(await said({ policy: claimed }));

  expect(lines).toContain("- queue dach: 0 → 8 (+8)");
  expect(lines).toContainEqual(expect.stringMatching(/^- 8 of the leads .* would be held in a list/));
}, 30_000);

test("the same as a table and as JSON, a record for each lead that goes elsewhere", async () => {
  const all = await said({ policy: draft() });
  const rows = textOf(all, "csv").trimEnd().split("\r\n");
  const { differences, summary } = JSON.parse(textOf(all, "json"));

  const moved = rows.filter((row) => row.includes("to uk-nordics"));
  expect(moved).toHaveLength(8);
  expect(moved[0]).toMatch(
    /^"\d+","[0-9a-f]{24}","2026-11-17T.*","T3","T3","(Claire|Daniel) Rep20\d","(Anna|Bernd) Rep10\d","Terr/,
  );
  expect(differences).toHaveLength(rows.length - 1);
  expect(summary).toMatchObject({
    decisions: 24,
    elsewhere: rows.length - 1,
    now: { pools: { dach: 16, general: 8 } },
  });
});

test("what if a rep had not been there, and another counted twice", async () => {
  const lines = linesOf(
    await said({ changes: { ...noChanges, without: ["Anna Rep101"], weights: [{ rep: "202", weight: 2 }] } }),
  );

  expect(lines).toContain("- Anna Rep101: 4 → 0 (-4)");
  expect(lines).toContain("- Bernd Rep102: 4 → 8 (+4)");
  expect(lines.join("\n")).toMatch(/Daniel Rep202: 4 → [56]/);
});

test("leads that nobody would get any more are counted by the reason", async () => {
  const gate = "gates:\n  - { name: all, when: { field: lead.email, operator: known }, because: do-not-route }\n";
  const lines = linesOf(await said({ policy: shipped.replace("gates:\n", gate) }));

  expect(lines).toContain("Leads that no rep gets");
  expect(lines).toContain("- it is marked as not to be routed: 0 → 24 (+24)");
});

test("changes that mean nothing are all refused at once", async () => {
  const changes = { ...noChanges, without: ["Nobody"], move: [{ country: "DE", territory: "dahc" }] };

  await expect(said({ changes })).rejects.toThrow(/no rep "Nobody"[\s\S]*no territory "dahc" — did you mean "dach"/);
});

test("two policies beside each other: which leads one of them sends elsewhere, whatever was in force", async () => {
  const same = linesOf(await said({ before: draft(), after: draft() }, "policy-effect"));
  const lines = linesOf(await said({ before: draft(), after: shipped }, "policy-effect"));

  expect(same[0]).toBe("Of 24 decisions 0 (0.0 %) would have gone elsewhere.");
  expect(lines).toContain("- dach: 16 → 8 (-8)");
  expect(lines.join("\n")).toMatch(/- 8, such as lead \d+: Territory narrowed the choice to dach.* → .*uk-nordics/);
});

test("stored decisions are verified, batch by batch", async () => {
  expect(linesOf(await said({}, "verify"))).toEqual([
    expect.stringMatching(/^All 24 decisions of \d+ batches come out as they were made\.$/),
  ]);
});

const run = (args: readonly string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const script = join(import.meta.dirname, "../../scripts/baton.js");
    execFile(
      process.execPath,
      [script, ...args],
      { env: { ...process.env, ...journey.env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test("the command line asks the server that has the embedded database open, and writes the table to a file", async () => {
  const dir = await mkdtemp(join(tmpdir(), "baton-replay-"));
  const file = join(dir, "draft.yaml");
  await writeFile(file, draft());
  const { code, stdout, stderr } = await run(["replay", "--policy", file, "--csv", join(dir, "out.csv")]);
  const table = await readFile(join(dir, "out.csv"), "utf8");
  const refused = await run(["replay", "--without", "Nobody"]);
  await rm(dir, { recursive: true });

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Of 24 decisions \d+ \(/);
  expect(table.split("\r\n").filter((row) => row.includes("to uk-nordics"))).toHaveLength(8);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain('There is no rep "Nobody"');
}, 60_000);
