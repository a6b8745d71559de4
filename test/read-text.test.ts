import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { policyLimit, readText } from "../src/read-text.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-text-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function aFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

test("a text is read as it is, without the mark of its encoding", async () => {
  expect(await readText(await aFile("plain.yaml", "name: Jürgen\n"))).toBe("name: Jürgen\n");
  expect(await readText(await aFile("marked.yaml", "\uFEFFname: x\n"))).toBe("name: x\n");
  expect(await readText(await aFile("empty.yaml", ""))).toBe("");
});

test("a file that is too large is refused with its size and the limit, and nothing of it is read", async () => {
  const file = join(folder, "large.yaml");
  const handle = await open(file, "w");
  await handle.truncate(600 * 1024 * 1024);
  await handle.close();
  await expect(readText(file, policyLimit)).rejects.toThrow(`${file} has 600.0 MB, and at most 1 MB are read: `);
});

test("what has no size and no end is read no further than the limit", async () => {
  await expect(readText("/dev/zero", policyLimit)).rejects.toThrow(
    "/dev/zero has more than 1 MB, and at most 1 MB are read: ",
  );
});

test("a pipe is read to its end", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const [text] = await Promise.all([readText(pipe), writeFile(pipe, "name: x\n")]);
  expect(text).toBe("name: x\n");
});

test("a directory is named", async () => {
  await expect(readText(folder)).rejects.toThrow(`${folder} is a directory, not a file: `);
});

test("a file in an older encoding is refused with the line and the word that it is seen by", async () => {
  const file = await aFile("old.yaml", Buffer.from("name: x\nreps:\n  J\u00fcrgen Klo\u00df: {}\n", "latin1"));
  await expect(readText(file)).rejects.toThrow(
    `${file} is not in UTF-8 (line 3: "J\u00fcrgen"), but in an older encoding`,
  );
});

test.each([
  ["with its mark", Buffer.from("\uFEFFname: x\n", "utf16le")],
  ["without", Buffer.from("name: x\n", "utf16le")],
  ["the other way round", Buffer.from("\uFEFFname: x\n", "utf16le").swap16()],
])("UTF-16 %s is told as such, and how to save it", async (_how, bytes) => {
  const file = await aFile("wide.yaml", bytes);
  await expect(readText(file)).rejects.toThrow(`${file} is in UTF-16, not in UTF-8: open it in an editor and save it`);
});

test("a file that is not there is the system's to tell", async () => {
  await expect(readText(join(folder, "none.yaml"))).rejects.toMatchObject({ code: "ENOENT" });
});

/** Whoever may read everything is refused nothing: for so long the process is somebody else. */
async function asAnybody(run: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test("a file that this user may not read is told with what lets them", async () => {
  const file = await aFile("secret.yaml", "name: x\n");
  await chmod(folder, 0o755);
  await chmod(file, 0o000);
  await asAnybody(() =>
    expect(readText(file)).rejects.toThrow(`${file} may not be read by the user that runs this: let them read it`),
  );
});
