import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createBatonProcess, freePort, type RealProcess } from "../../scripts/baton-process.ts";

/** Is ready at once; ends with an error when it is asked for anything but its health. */
const standIn = `require("node:http")
  .createServer((request, response) => {
    if (request.url === "/readyz") return response.end();
    console.log('{"level":50,"msg":"unexpected error: stopping"}');
    process.exit(3);
  })
  .listen(Number(process.env.PORT), "127.0.0.1");`;

let code: string;
beforeAll(async () => {
  code = await mkdtemp(join(tmpdir(), "baton-endings-"));
  await mkdir(join(code, "scripts"));
  await writeFile(join(code, "scripts/baton.js"), standIn);
});
afterAll(() => rm(code, { recursive: true, force: true }));

async function started(): Promise<RealProcess> {
  const process = createBatonProcess({ name: "worker-1", args: [], env: {}, port: await freePort(), code });
  await process.start();
  return process;
}

test("a process that ends by itself is told of, with its exit code and its last words", async () => {
  const process = await started();
  await fetch(`${process.url}/crash`).catch(() => undefined);
  await process.gone();
  expect(process.endings()).toEqual([
    'worker-1 ended by itself with exit code 3: {"level":50,"msg":"unexpected error: stopping"}',
  ]);
  expect(process.isAlive()).toBe(false);
});

test("one that was killed or stopped did not end by itself", async () => {
  const process = await started();
  process.kill();
  await process.gone();
  await process.start();
  await process.stop();
  expect(process.endings()).toEqual([]);
});
