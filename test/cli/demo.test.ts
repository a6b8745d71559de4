import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Cli } from "../../src/cli/cli.ts";
import { duration } from "../../src/cli/demo/terminal.ts";
import { type DemoOptions, demo } from "../../src/cli/demo.ts";
import { withStore } from "../../src/open-store.ts";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { allConnections } from "../../src/store/connections.ts";
import { readReps } from "../../src/store/reps.ts";

const options: DemoOptions = {
  once: true,
  json: true,
  leads: 20,
  seed: 1,
  accounts: null,
  leadsFile: null,
  speed: 3_000,
};
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "baton-demo-test-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A terminal that nobody reads; `stopWhen` presses Ctrl-C. */
function aTerminal(stopWhen: (line: string) => boolean = () => false) {
  const lines: string[] = [];
  const complaints: string[] = [];
  let failed = false;
  const stopped = Promise.withResolvers<string>();
  const cli: Cli = {
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      setTimer(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    memory: { bytes: () => 0, busyShare: () => 0, giveBack: () => undefined },
    isTerminal: false,
    print(line) {
      lines.push(line);
      if (stopWhen(line)) stopped.resolve("SIGINT");
    },
    complain: (line) => complaints.push(line),
    progress: () => undefined,
    fail() {
      failed = true;
    },
    untilStopped: () => stopped.promise,
  };
  return { cli, lines, complaints, hasFailed: () => failed };
}

/** How long the lines say that each lead took. */
const routedMs = (lines: readonly string[]): number[] =>
  lines.flatMap((line) => {
    const [, took, unit] = / → .* ([\d.]+) (ms|s)$/.exec(line) ?? [];
    return took === undefined ? [] : [Number(took) * (unit === "s" ? 1000 : 1)];
  });

test.each([
  ["hubspot", "HubSpot"],
  ["salesforce", "Salesforce"],
])(
  "routes every lead of a local %s, plays the SLA, and sums it up in one JSON object",
  async (crm, title) => {
    const { cli, lines, complaints, hasFailed } = aTerminal();

    // Slow enough for a busy machine to look between a reminder and a breach.
    await demo(cli, { ...options, crm, speed: 1_000 });
    const summary = JSON.parse(lines.at(-1) ?? "");

    expect(complaints).toEqual([]);
    expect(hasFailed()).toBe(false);
    expect(summary).toMatchObject({ leads: 20, nowhere: [], kept: 1, seed: 1 });
    expect(summary.accounts.byDomain + summary.accounts.inCrm).toBeGreaterThan(5);
    expect(summary.accounts.byLikeness).toBeGreaterThan(0);
    expect(summary.accounts.inReview).toBeGreaterThan(0);
    expect(summary.routed + summary.queued + summary.kept + summary.stopped).toBe(20);
    expect(summary.crms).toMatchObject([{ crm: title, leads: 20, calls: { routing: { refused: 0 } } }]);
    expect(summary.matched).toContainEqual(
      expect.stringMatching(/^\w*50005\w* "Copperfield Labs": It (?:may )?belongs? to .* \(account \w+\)/),
    );
    expect(summary.sla.reminded).toBeGreaterThan(0);
    expect(summary.sla.breached).toBeGreaterThan(0);
    expect(summary.sla.reassigned).toBeGreaterThan(0);
    expect(summary.sla.met).toBeGreaterThan(0);
    expect(summary.sla.open).toEqual(expect.any(Number));
    expect(lines.filter((line) => / \w*500\d\d\w* .* → .+ ms$| s$/.test(line)).length).toBeGreaterThanOrEqual(
      summary.routed,
    );
    // A lead that stays with the rep who has it is told with a time, and counts for none: no owner was written.
    const times = routedMs(lines).sort((a, b) => a - b);
    const middle = Math.ceil(times.length / 2) - 1;
    const around = times.slice(middle - 1, middle + 2).map(duration);
    expect(around).toContain(duration(summary.speedToLeadMs.p50));
  },
  60_000,
);

test("routes the leads of two CRMs in one workspace once each, and tells which is where", async () => {
  const { cli, lines, complaints, hasFailed } = aTerminal();

  const data = join(dir, "both");
  await demo(cli, { ...options, crm: "both", json: false, leads: 12, data });
  const of = (title: string) => new RegExp(`^${title}: 6 leads: [456] routed, `);

  expect(complaints).toEqual([]);
  expect(hasFailed()).toBe(false);
  expect(lines.filter((line) => /^(HubSpot|Salesforce) http:/.test(line))).toHaveLength(2);
  expect(lines).toContainEqual(expect.stringMatching(of("HubSpot")));
  expect(lines).toContainEqual(expect.stringMatching(of("Salesforce")));
  // What qualifies in the one is decided in the other, where owners are kept; a lead that nobody could know there is not.
  expect(lines).toContainEqual(expect.stringMatching(/ T\d HubSpot {4}00Q\w{15} .* → /));
  expect(lines).toContainEqual(expect.stringMatching(/ T\d HubSpot {4}50010 .* → /));
  expect(lines).toContainEqual(expect.stringMatching(/^ +[1-9]\d* of them in another CRM than the lead$/));
  expect(lines).toContainEqual(expect.stringMatching(/ T\d Salesforce 00Q\w{15} .* → /));
  expect(lines).toContainEqual(expect.stringMatching(/^Rep +leads +share +HubSpot +Salesforce$/));
  expect(lines.filter((line) => line.startsWith("API calls per lead"))).toEqual([
    expect.stringMatching(/ HubSpot: [\d.]+ \(\d+ calls; search: \d+; refused: 0\)$/),
    expect.stringMatching(/ Salesforce: [\d.]+ \(\d+ calls; refused: 0\)$/),
  ]);
  expect(lines.at(-1)).toMatch(/ explain (?:00Q\w{15}|500\d\d)$/);
  // Whoever has it is called by their name, whichever CRM their id is of.
  const [story, asked] = await withStore({ database: { dataDir: data } }, async (db) => [
    await explainLead({ db }, "50002"),
    await explainLead({ db }, "50002", "Helena Voss"),
  ]);
  expect(story.join("\n")).toMatch(/^So it went to [A-Z]\w+ [A-Z]\w+\.$/m);
  expect(story.join("\n")).not.toMatch(/\brep 0/i);
  expect(asked.join("\n")).toMatch(/Helena Voss/);
}, 60_000);

test("a name that no CRM has is refused with those that there are", async () => {
  await expect(demo(aTerminal().cli, { ...options, crm: "sap" })).rejects.toThrow(
    "There is no local CRM sap: say one of hubspot, salesforce, both.",
  );
});

test("a demo that keeps its data ends with the command that explains a lead of it", async () => {
  const data = join(dir, "kept data");
  const { cli, lines } = aTerminal();

  await demo(cli, { ...options, json: false, leads: 1, speed: 10_000, data });
  const [, shown = "", leadId = ""] =
    /^ {2}BATON_DATA_DIR='(.*)' npm run baton -- explain (\d+)$/.exec(lines.at(-1) ?? "") ?? [];
  const { story, asked, unknown } = await withStore({ database: { dataDir: shown } }, async (db) => {
    const [connection] = await allConnections(db.query);
    const reps = await readReps(db.query, connection?.id ?? "");
    const ask = (name: string) => explainLead({ db }, leadId, name);
    return {
      story: await explainLead({ db }, leadId),
      asked: await Promise.all(reps.map(({ rep }) => ask(rep.name))),
      unknown: await ask("Nobody at all").catch(String),
    };
  });

  expect(shown).toBe(data);
  expect(story[0]).toMatch(/^Decision .* of Tue 17 Nov 2026, 15:00:.*Europe\/Berlin/);
  const whyNot = asked.map((lines) =>
    lines.filter((line) => /^It would have gone to |^Nothing about | has got it\.$/.test(line)),
  );
  expect(whyNot.map(({ length }) => length > 0)).toEqual(asked.map(() => true));
  expect(whyNot.flat()).toContainEqual(expect.stringMatching(/^It would have gone to .* if .*\.$/));
  expect(unknown).toMatch(/Nobody is called Nobody at all/);
}, 60_000);

test("routes a list of somebody's own", async () => {
  const accounts = join(dir, "accounts.csv");
  const leadsFile = join(dir, "leads.csv");
  await writeFile(
    accounts,
    "account_id,name,website,other_domains,billing_country,owner_id,type,open_opportunities\nA1,Datum,datum-demo.de,,DE,U1,Prospect,0\n",
  );
  await writeFile(
    leadsFile,
    "lead_id,email,company,website,country,employees\nL1,ann@datum-demo.de,Datum,,DE,50\nL2,bo at gmail,,,Sweden,\nL3,,,,,\n",
  );
  const { cli, lines, hasFailed } = aTerminal();

  await demo(cli, { ...options, accounts, leadsFile, speed: 10_000 });

  expect(hasFailed()).toBe(false);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ leads: 3, routed: 3, nowhere: [] });
  expect(lines.find((line) => line.includes(" L1,"))).toContain("owns the account");
  expect(lines).toContain(`The demo's reps stand in for the owners of ${accounts}: U1 is Anna Weber.`);
}, 60_000);

test("ends in order when it is asked to", async () => {
  const { cli, lines, hasFailed } = aTerminal((line) => line.includes(" → "));

  await demo(cli, { ...options, once: false, json: false });

  expect(hasFailed()).toBe(false);
  expect(lines.filter((line) => line.startsWith("Fallback share"))).toEqual([]);
  expect(lines).toContain("The demo stops. A second Ctrl-C ends it at once.");
}, 60_000);

test("says what is wrong with a list before it starts anything", async () => {
  const accounts = join(dir, "accounts.csv");
  await writeFile(accounts, "account_id,name\n");

  await expect(demo(aTerminal().cli, { ...options, accounts })).rejects.toThrow("--accounts needs --leads-file");
  await expect(demo(aTerminal().cli, { ...options, leadsFile: accounts })).rejects.toThrow(
    `${accounts}:1: the header lacks lead_id`,
  );
});

test("says which option names no table that can be read", async () => {
  const leadsFile = join(dir, "latin.csv");
  await writeFile(leadsFile, Buffer.from("lead_id,company\nL1,M\xfcller\n", "latin1"));

  await expect(demo(aTerminal().cli, { ...options, leadsFile: dir })).rejects.toThrow(
    `--leads-file ${dir} is a directory`,
  );
  await expect(demo(aTerminal().cli, { ...options, leadsFile })).rejects.toThrow(`${leadsFile} is not in UTF-8`);
});

test("keeps no second demo in a folder that has one", async () => {
  await writeFile(join(dir, "something"), "");

  await expect(demo(aTerminal().cli, { ...options, data: dir })).rejects.toThrow("is not empty");
});
