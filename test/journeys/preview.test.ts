import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { reports } from "../../src/pipeline/reports.ts";
import { type Journey, startJourney } from "./world.ts";

// One lead against a draft: what would become of it, and nothing is written.

let journey: Journey;
let shipped: string;
beforeAll(async () => {
  journey = await startJourney({ inDirectory: true });
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
}, 60_000);
afterAll(() => journey.stop());

const tables = [
  "decisions",
  "batches",
  "operations",
  "timers",
  "ledgers",
  "accounts",
  "inbox",
  "leads",
  "sharedFacts",
] as const;

async function rows(): Promise<Record<string, unknown>> {
  const { query } = journey.app.deps.db;
  const all: Record<string, unknown> = {};
  for (const table of tables) all[table] = await query.selectFrom(table).selectAll().execute();
  return all;
}

async function previewOf(leadId: string, policy: string | null = null): Promise<string> {
  const deps = { db: journey.app.deps.db, reading: () => journey.app.deps };
  const lines: string[] = [];
  for await (const said of reports.preview(
    deps,
    { workspace: null, policy, leadId },
    journey.app.deps.now().toISOString(),
  ))
    if ("line" in said) lines.push(said.line);
  return lines.join("\n");
}

/** Of the CRM's paths that only read, although some are posted to. */
const isRead = ({ method, path }: { method: string; path: string }) =>
  method === "GET" || /\/(batch\/read|search|token|introspect)\b/.test(path);

test("a lead of the CRM that has not qualified yet, against a draft: told as if it had, and nothing is written", async () => {
  const id = journey.create({ email: "someone@delphi.example", country: "Austria", hubspotscore: "65" }, "5003");
  await journey.settled();
  const before = await rows();
  const since = journey.hubspot.requests.list().at(-1)?.id ?? 0;
  const text = await previewOf(id, shipped.replace("  - open-opportunity\n", ""));

  expect(text).toContain("It is not in the stage marketingqualifiedlead now");
  expect(text).toContain("It belongs to Delphi AG (account 5003), as the CRM has it.");
  expect(text).toMatch(/So it went to (Anna|Bernd) Rep10\d\./);
  expect(text).toMatch(/- Owner: (Anna|Bernd) Rep10\d, unless somebody has it by then\.\n- Status: OPEN\./);
  expect(text).toMatch(/- A task for (Anna|Bernd) Rep10\d: get in touch, due on /);
  const asked = journey.hubspot.requests.list({ since });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((request) => !isRead(request))).toEqual([]);
  expect(await rows()).toEqual(before);
  expect(await previewOf(id)).toContain("So it went to Daniel Rep202.");
}, 30_000);

test("a lead that the CRM has not is refused, with what to do", async () => {
  await expect(previewOf("99999999")).rejects.toThrow("The CRM has no lead 99999999: check the id, as the CRM has it.");
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

test("a golden lead in a file needs no server; the id of a lead is asked of the one that runs", async () => {
  const cases = fileURLToPath(new URL("../golden/cases/", import.meta.url));
  const [golden = ""] = (await readdir(cases, { recursive: true })).filter((name) => name.endsWith(".json"));
  const ofFile = await run(["preview", join(cases, golden)]);
  const ofId = await run(["preview", "99999999"]);

  expect(ofFile).toMatchObject({ code: 0, stderr: "" });
  expect(ofFile.stdout).toContain("What would be written (nothing is):");
  expect(ofId).toMatchObject({ code: 1, stdout: "" });
  expect(ofId.stderr).toContain(
    journey.env.DATABASE_URL === undefined ? "has no lead 99999999" : "BATON_ENCRYPTION_KEYS",
  );
}, 90_000);

test("a second contact of a person is told to go to whoever has the first", async () => {
  const first = journey.qualify({ email: "jana.muster@gmail.com", country: "Germany", hubspotscore: "90" });
  await journey.settled();
  const second = journey.create({ email: "janamuster+fair@gmail.com", country: "Germany", hubspotscore: "90" });
  await journey.settled();
  expect(await previewOf(second)).toContain(
    `It is the same person as lead ${first}: they have the same e-mail address.`,
  );
}, 60_000);
