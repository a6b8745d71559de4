import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { createProgram } from "../../src/program.ts";
import { eventually } from "../eventually.ts";
import { seen } from "./seen.ts";

const script = join(import.meta.dirname, "../../scripts/baton.js");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sandbox = (...args: string[]) => ["node", "baton", "sandbox", ...args];

/** Runs a command until what it printed has been looked at. */
async function whileRunning(args: string[], look: (out: string) => Promise<void>): Promise<void> {
  const stop = Promise.withResolvers<string>();
  const out: string[] = [];
  await seen(async (cli) => {
    const program = createProgram({
      ...cli,
      print: (line) => void out.push(line),
      untilStopped: () => stop.promise,
    });
    const ended = program.parseAsync(args);
    const looked = eventually(() => out.some((line) => /_URL=/.test(line))).then(() => look(out.join("\n")));
    await looked.finally(() => stop.resolve("SIGTERM"));
    await ended;
  });
}

/** Does what the line with `curl` says, and gives the answer. What is to be exported is there to be pasted as well. */
async function postedBy(out: string): Promise<unknown> {
  expect(out).toMatch(
    /^ {2}export \w+_CLIENT_ID=baton \w+_CLIENT_SECRET=secret BATON_ENCRYPTION_KEYS="k1:\$\(openssl/m,
  );
  const [, url = "", body = ""] = /curl -X POST (\S+) -H 'content-type: application\/json' -d '(.+)'$/m.exec(out) ?? [];
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(answer.status).toBe(201);
  return answer.json();
}

test("sandbox salesforce serves an org of the sample with its control API, and says what to set", async () => {
  await whileRunning(sandbox("salesforce", "--control-port", "0"), async (out) => {
    const [, url] = /SALESFORCE_LOGIN_URL=(\S+) SALESFORCE_PUBSUB_URL=127\.0\.0\.1:\d+/.exec(out) ?? [];
    const [, controlUrl] = /Control API on (\S+)\./.exec(out) ?? [];
    expect((await fetch(`${url}/services/data/`)).status).toBe(200);
    expect(await (await fetch(`${controlUrl}/orgs`)).json()).toMatchObject({
      results: [{ name: "Sandbox", records: { User: 6, Account: 8, Contact: 10, Opportunity: 5, Lead: 12 } }],
    });
    expect(out).toContain("salesforce/install and choose Baton Integration, as whom Baton is to work, and allow.");
    expect(await postedBy(out)).toMatchObject({ Status: "MQL", Email: "ada@globex.example" });
  });
});

test("§2.3 sandbox salesforce prints what an app logs in with by itself, as the integration user", async () => {
  const child = spawn(process.execPath, [script, "sandbox", "salesforce"], { env: { PATH: process.env.PATH } });
  try {
    const lines = createInterface({ input: child.stdout });
    const told: Record<string, string> = {};
    for await (const line of lines) {
      for (const [, name = "", value = ""] of line.matchAll(/(SALESFORCE_\w+)=(\S+)/g)) told[name] = value;
      if ("SALESFORCE_CLIENT_SECRET" in told) break;
    }
    const { SALESFORCE_LOGIN_URL: loginUrl = "", SALESFORCE_CLIENT_ID: clientId = "", ...others } = told;
    expect([clientId, others]).toEqual([
      "baton",
      { SALESFORCE_PUBSUB_URL: expect.stringMatching(/^127\.0\.0\.1:\d+$/), SALESFORCE_CLIENT_SECRET: "secret" },
    ]);
    const oauth2 = { loginUrl, clientId, clientSecret: others.SALESFORCE_CLIENT_SECRET ?? "" };
    const conn = new Connection({ oauth2, version: "66.0" });
    await conn.authorize({ grant_type: "client_credentials" });
    expect((await conn.identity()).display_name).toBe("Baton Integration");
    expect((await conn.query("SELECT Id FROM Lead LIMIT 1")).records).toHaveLength(1);
  } finally {
    child.kill("SIGTERM");
    await once(child, "close");
  }
});

test("sandbox salesforce says so when nobody of the seed may log in", async () => {
  const file = join(folder, "frozen.json");
  const user = { FirstName: "Ada", LastName: "Berg", Email: "ada@acme.example", isFrozen: true };
  await writeFile(file, JSON.stringify({ users: [user] }));
  await whileRunning(sandbox("salesforce", "--seed", file), async (out) => {
    expect(out).toContain("The seed has no user who may log in, so the app is not installed.");
  });
});

test("sandbox hubspot serves a portal of the sample", async () => {
  await whileRunning(sandbox("hubspot", "--control-port", "0", "--portal", "7"), async (out) => {
    const [, controlUrl] = /Control API on (\S+)\./.exec(out) ?? [];
    expect(out).toContain("HUBSPOT_CLIENT_ID=baton HUBSPOT_CLIENT_SECRET=secret");
    expect(await (await fetch(`${controlUrl}/portals`)).json()).toMatchObject({ results: [{ id: 7 }] });
    expect(out).toContain("hubspot/install and allow.");
    expect(await postedBy(out)).toMatchObject({ properties: { lifecyclestage: "marketingqualifiedlead" } });
  });
});

test.each([
  ["salesforce", { lead: [] }, "lead: unknown"],
  ["salesforce", { leads: [{ Company: "Acme" }] }, "Required fields are missing: [LastName]"],
  ["hubspot", { contact: [] }, "contact: unknown"],
])("sandbox %s refuses the seed %j with what is wrong with it", async (crm, seed, message) => {
  const file = join(folder, "seed.json");
  await writeFile(file, JSON.stringify(seed));
  const refused = seen(async (cli) => {
    await createProgram(cli).parseAsync(sandbox(crm, "--seed", file));
  });
  await expect(refused).rejects.toThrow(
    new RegExp(`The seed .*seed.json cannot be used: [^]*${message.replace(/[[\]]/g, "\\$&")}`),
  );
});
