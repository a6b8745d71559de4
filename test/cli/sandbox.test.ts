import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProgram } from "../../src/program.ts";
import { eventually } from "../eventually.ts";
import { seen } from "./seen.ts";

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

test("sandbox salesforce serves an org of the sample with its control API, and says what to set", async () => {
  await whileRunning(sandbox("salesforce", "--control-port", "0"), async (out) => {
    const [, url] = /SALESFORCE_LOGIN_URL=(\S+) SALESFORCE_PUBSUB_URL=127\.0\.0\.1:\d+/.exec(out) ?? [];
    const [, controlUrl] = /Control API on (\S+)\./.exec(out) ?? [];
    expect((await fetch(`${url}/services/data/`)).status).toBe(200);
    expect(await (await fetch(`${controlUrl}/orgs`)).json()).toMatchObject({
      results: [{ name: "Sandbox", records: { User: 6, Account: 8, Contact: 10, Opportunity: 5, Lead: 12 } }],
    });
  });
});

test("sandbox hubspot serves a portal of the sample", async () => {
  await whileRunning(sandbox("hubspot", "--control-port", "0", "--portal", "7"), async (out) => {
    const [, controlUrl] = /Control API on (\S+)\./.exec(out) ?? [];
    expect(out).toContain("HUBSPOT_CLIENT_ID=baton HUBSPOT_CLIENT_SECRET=secret");
    expect(await (await fetch(`${controlUrl}/portals`)).json()).toMatchObject({ results: [{ id: 7 }] });
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
