import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { withStore } from "../../src/open-store.ts";
import { linkConnection } from "../../src/store/connections.ts";
import { publishPolicy } from "../../src/store/policies.ts";
import { saveTokens } from "../../src/store/tokens.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { aConnection, now as at } from "../store/records.ts";
import { anInstallation } from "../web/fake-crm.ts";

const script = join(import.meta.dirname, "../../scripts/baton.js");
const shippedPolicy = join(import.meta.dirname, "../../src/policies/default.yaml");
const aWorld = join(import.meta.dirname, "../golden/worlds/dach-pool.json");

let folder: string;
let env: Record<string, string>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-cli-"));
  env = {
    BATON_DATA_DIR: join(folder, "data"),
    BATON_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString("base64")}`,
    HUBSPOT_API_URL: "http://127.0.0.1:9",
    HUBSPOT_CLIENT_ID: "baton",
    HUBSPOT_CLIENT_SECRET: "secret",
    PORT: "0",
  };
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

type Command = { child: ChildProcess; said: { out: string; err: string }; ended: Promise<number | null> };

function begin(args: readonly string[], settings: Record<string, string> = env): Command {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings },
  });
  children.push(child);
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.err += data;
  });
  return { child, said, ended: once(child, "close").then(([code]) => code) };
}

async function run(args: readonly string[], settings?: Record<string, string>) {
  const { said, ended } = begin(args, settings);
  return { code: await ended, ...said };
}

/** The address that a started server says it listens on. */
async function addressOf({ child, said }: Command): Promise<string> {
  for (;;) {
    const found = /listens on (\S+)\. /.exec(said.out)?.[1];
    if (found) return found;
    if (child.exitCode !== null) throw new Error(`ended: ${said.err}`);
    await once(child.stdout ?? child, "data");
  }
}

describe("what cannot be done is told in one sentence, with exit code 1", () => {
  test.each([
    ["an unknown command", ["nonsense"], "unknown command 'nonsense'"],
    ["an answer that there is not", ["review", "maybe"], "after it comes yes, no, other, export or nothing"],
    ["a way of matching that there is not", ["match", "judge"], "after it comes eval, train or nothing"],
    ["a role that there is not", ["serve", "--role", "both"], "Allowed choices are web, worker"],
    ["a split of the embedded database", ["serve", "--role", "worker"], "leave out --role, or set DATABASE_URL"],
    ["a policy that is not there", ["policy", "check", "none.yaml"], "There is no such file (none.yaml)."],
    [
      "a file of golden leads",
      ["policy", "test", shippedPolicy, "--policy", shippedPolicy],
      "is a file: name the directory",
    ],
    ["a preview of a world", ["preview", aWorld], "is a world, which golden leads have in common"],
    ["a lead without a database", ["explain", "1"], "There is no data directory"],
    ["a demo of so many leads", ["demo", "--leads", "some"], "It must be a whole number."],
    ["a demo of fewer than none", ["demo", "--leads", "-3"], "It must be above 0."],
    ["a demo of no lead", ["demo", "--leads", "0"], "It must be above 0."],
  ])("%s", async (_what, args, sentence) => {
    const { code, err } = await run(args, { ...env, BATON_DATA_DIR: "./nowhere" });
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test("a BATON_POLICY that is not there", async () => {
    const { code, err } = await run(["serve"], { ...env, BATON_POLICY: "./none.yaml" });
    expect([code, err]).toEqual([1, "BATON_POLICY names a file that is not there: ./none.yaml.\n"]);
  });

  test("all problems of the environment at once", async () => {
    const { code, err } = await run(["serve"], { PORT: "x" });
    expect([code, err.trim().split("\n").length]).toEqual([1, 6]);
  });
});

test("policy print tells what a policy does, and of a broken one everything that is wrong", async () => {
  expect(await run(["policy", "print", shippedPolicy])).toMatchObject({
    code: 0,
    out: expect.stringContaining("- dach: Germany, Austria, Switzerland and Liechtenstein → pool dach."),
  });
  await writeFile(join(folder, "broken.yaml"), "name: x\n");
  const { code, err } = await run(["policy", "print", "broken.yaml"]);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^broken\.yaml has .*\n {2}broken\.yaml:1:1: qualifying_stage/),
  ]);
});

test("policy schema prints what editors complete a policy by", async () => {
  const { code, out } = await run(["policy", "schema"]);
  expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ title: "A policy of Baton" })]);
});

describe("policy check", () => {
  test("says in one line that the shipped policy is valid", async () => {
    const { code, out } = await run(["policy", "check", shippedPolicy]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^.*default\.yaml: policy "default" is valid .*\n$/)]);
  });

  test("lists every problem of a bad one as file:line:column", async () => {
    await writeFile(join(folder, "bad.yaml"), "name: x\npoolz: {}\nrelaxx: []\n");
    const { code, err } = await run(["policy", "check", "bad.yaml"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^bad\.yaml:2:1: poolz: /m);
    expect(err).toMatch(/^bad\.yaml:3:1: relaxx: /m);
  });
});

test("policy test of a directory without a golden lead says so, and nothing else", async () => {
  await mkdir(join(folder, "empty", "worlds"), { recursive: true });
  await writeFile(join(folder, "empty", "worlds", "team.yaml"), "reps: [{ id: rep-a }]\n");
  const { code, out, err } = await run(["policy", "test", "empty", "--policy", shippedPolicy]);
  expect([code, out, err]).toEqual([
    1,
    "",
    'There is no golden lead in empty, nor in a folder below it: none of its files, but for those of worlds/, ends in .yaml, .yml or .json. What one looks like is told in the chapter "Golden leads" of src/policies/README.md.\n',
  ]);
});

/** A connection of before, in the data directory, whose tokens another key sealed. */
async function storeTokensUnder(keyId: string): Promise<void> {
  const keyring = { currentKeyId: keyId, keys: new Map([[keyId, randomBytes(32)]]) };
  await withStore({ database: { dataDir: env.BATON_DATA_DIR ?? "" } }, (db) =>
    db.transaction(async (tx) => {
      const workspaceId = randomUUID();
      await ensureWorkspace(tx, { id: workspaceId, name: "Acme", at });
      await publishPolicy(tx, { workspaceId, text: `${await readFile(shippedPolicy, "utf8")}# of before\n`, at });
      const linked = await linkConnection(tx, aConnection({ workspaceId }), at);
      await saveTokens(tx, keyring, { ...linked, tokens: anInstallation().tokens });
    }),
  );
}

/** Each of these starts processes one after the other, and each process its own runtime. */
const severalProcessesMs = 90_000;

describe("serve", () => {
  let server: Command;
  let url: string;

  beforeAll(async () => {
    server = begin(["serve"]);
    url = await addressOf(server);
  }, severalProcessesMs);

  test(
    "says where to install, and is ready",
    async () => {
      expect(server.said.out).toContain(`Install it in HubSpot: ${url}/hubspot/install`);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    },
    severalProcessesMs,
  );

  test(
    "without its database it says what to check, and not that it stopped",
    async () => {
      const { BATON_DATA_DIR: _, ...others } = env;
      const { code, out, err } = await run(["serve"], { ...others, DATABASE_URL: "postgres://127.0.0.1:9/none" });
      expect([code, out, err]).toEqual([1, "", expect.stringContaining("check that the database is up")]);
    },
    severalProcessesMs,
  );

  test(
    "a second one on the same directory is told who has it",
    async () => {
      const { code, err } = await run(["serve"]);
      expect([code, err]).toEqual([1, expect.stringContaining(`in use by the Baton process ${server.child.pid}`)]);
    },
    severalProcessesMs,
  );

  test(
    "explain asks the running one, as it may not open its database",
    async () => {
      const { code, err } = await run(["explain", "4711"]);
      expect([code, err]).toEqual([1, expect.stringContaining("Baton has decided nothing about lead 4711: ")]);
    },
    severalProcessesMs,
  );

  test(
    "alerts, redrive and the policy's commands ask it as well",
    async () => {
      expect(await run(["alerts"])).toMatchObject({ code: 0, out: "No alert is open.\n" });
      expect(await run(["redrive"])).toMatchObject({ code: 0, out: "0 parked events wait again.\n" });
      const signed = ["--by", "Ada", "--approved-by", "Bo"];
      const early = await run(["policy", "publish", shippedPolicy, ...signed]);
      expect([early.code, early.err]).toEqual([1, expect.stringContaining("There is no workspace yet: install Baton")]);
      const record = await run(["policy", "test", "golden", "--write", "8c1f0d"]);
      expect([record.code, record.err]).toEqual([
        1,
        expect.stringContaining("There is no workspace yet: install Baton"),
      ]);
    },
    severalProcessesMs,
  );

  test(
    "a command that cannot ask it is told who has the directory, in one sentence",
    async () => {
      const { code, err } = await run(["keys", "rotate"]);
      expect([code, err]).toEqual([1, expect.stringContaining(`in use by the Baton process ${server.child.pid}`)]);
      expect(err.trim().split("\n")).toHaveLength(1);
    },
    severalProcessesMs,
  );

  test(
    "ends in order when asked, and the directory is free again",
    async () => {
      server.child.kill("SIGTERM");
      expect(await server.ended).toBe(0);
      expect(server.said.out).toContain("Baton finishes what is under way, for at most 20 s.");
      expect(server.said.out).toMatch(/Baton has stopped\.\n$/);
      expect(await run(["alerts"])).toMatchObject({ code: 0, out: "No alert is open.\n" });
      expect(await run(["redrive"])).toMatchObject({ code: 0, out: "0 parked events wait again.\n" });
      const nowhere = await run(["redrive", "--workspace", "acme"]);
      expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining("There is no workspace yet")]);
      expect(await run(["keys", "rotate"])).toMatchObject({
        code: 0,
        out: expect.stringContaining("with the key v1."),
      });
    },
    severalProcessesMs,
  );

  test(
    "it does not start without the key that a stored token needs, and says what to do; a lost one can be forgotten",
    async () => {
      await storeTokensUnder("v0");
      const { code, err } = await run(["serve"]);
      expect([code, err]).toEqual([1, expect.stringMatching(/^The keyring has no key v0: add it to [^\n]+\n$/)]);
      expect(await run(["keys", "forget", "v0"])).toMatchObject({
        code: 0,
        out: expect.stringContaining("Install Baton again in:\n  HubSpot account "),
      });
      expect(await run(["keys", "forget", "v0"])).toMatchObject({
        code: 1,
        err: expect.stringContaining("check the id"),
      });
    },
    severalProcessesMs,
  );

  test(
    "it says which workspace has another policy than the file that BATON_POLICY names",
    async () => {
      const other = begin(["serve"], { ...env, BATON_POLICY: shippedPolicy });
      await addressOf(other);
      other.child.kill("SIGTERM");
      await other.ended;
      expect(other.said.err).toMatch(
        /^Workspace Acme \(\S+\) routes by version 1 of its own policy, which is not what/m,
      );
    },
    severalProcessesMs,
  );

  test(
    "a policy is published, listed and brought back while nothing runs",
    async () => {
      const signed = ["--by", "Ada", "--approved-by", "Bo"];
      expect(await run(["policy", "publish", shippedPolicy, ...signed])).toMatchObject({
        code: 0,
        out: "Acme routes by version 2 within a second or two.\n",
      });
      const back = await run(["policy", "rollback", "--workspace", "Acme", ...signed]);
      expect([back.code, back.out]).toEqual([
        0,
        "Acme routes by version 3 within a second or two, which is version 1 again.\n",
      ]);
      expect((await run(["policy", "history"])).out).toMatch(
        /^3 .* by Ada, approved by Bo, version 1 again {2}\(in force\)\n2 .* by Ada, approved by Bo\n1 .* with the install\n$/,
      );
      const alone = await run(["policy", "publish", shippedPolicy, "--by", "Ada"]);
      expect([alone.code, alone.err]).toEqual([1, expect.stringContaining("--approved-by")]);
    },
    severalProcessesMs,
  );

  test(
    "a second signal ends it at once, though a request is still open",
    async () => {
      const busy = begin(["serve"]);
      const { hostname, port } = new URL(await addressOf(busy));
      const socket = connect(Number(port), hostname);
      socket.on("error", () => socket.destroy());
      socket.write("POST /hubspot/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
      await once(socket, "connect");
      busy.child.kill("SIGTERM");
      while (!busy.said.out.includes("asked to stop")) await once(busy.child.stdout ?? socket, "data");
      busy.child.kill("SIGTERM");
      expect(await busy.ended).toBe(143);
      socket.destroy();
    },
    severalProcessesMs,
  );
});
