import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GoldenFile } from "../engine/golden/read-goldens.ts";

/** The files of a directory of golden leads. Worlds may also stand in the folder `worlds` beside it. */
export async function readGoldenDirectory(directory: string): Promise<GoldenFile[]> {
  const own = await filesOf(directory, "");
  if (own.some(({ path }) => /(^|\/)worlds\//.test(path))) return own;
  return [...own, ...(await filesOf(join(directory, "..", "worlds"), "worlds/").catch(() => []))];
}

async function filesOf(directory: string, prefix: string): Promise<GoldenFile[]> {
  const names = await readdir(directory, { recursive: true });
  const found = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  return Promise.all(
    found.map(async (name) => ({
      path: prefix + name.replaceAll("\\", "/"),
      text: await readFile(join(directory, name), "utf8"),
    })),
  );
}
