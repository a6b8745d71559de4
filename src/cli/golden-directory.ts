import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GoldenFile } from "../engine/golden/read-goldens.ts";
import { readText } from "../read-text.ts";
import { Refused } from "../refused.ts";

/**
 * The files of a directory of golden leads. Worlds may also stand in the folder `worlds` beside it. Throws `Refused` when it
 * is a file.
 */
export async function readGoldenDirectory(directory: string): Promise<GoldenFile[]> {
  if ((await stat(directory)).isFile())
    throw new Refused(
      `${directory} is a file: name the directory of the golden leads; "preview" tells of a single one.`,
    );
  const own = await filesOf(directory, "");
  if (own.some(({ path }) => /(^|\/)worlds\//.test(path))) return own;
  return [...own, ...(await filesOf(join(directory, "..", "worlds"), "worlds/").catch(() => []))];
}

async function filesOf(directory: string, prefix: string): Promise<GoldenFile[]> {
  const names = await readdir(directory, { recursive: true });
  const found = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const files: GoldenFile[] = [];
  // One after the other: a process may not have thousands of them open.
  for (const name of found)
    files.push({ path: prefix + name.replaceAll("\\", "/"), text: await readText(join(directory, name)) });
  return files;
}
