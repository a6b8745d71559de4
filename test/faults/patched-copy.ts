import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A checkout of its own, broken by a patch; nothing in the product knows of it. */
export type PatchedCopy = { code: string; drop(): Promise<void> };

const root = join(import.meta.dirname, "../..");

/** Copies what runs and applies a patch file of this folder. */
export async function copyWithPatch(patch: string): Promise<PatchedCopy> {
  const code = await mkdtemp(join(tmpdir(), "baton-patched-"));
  for (const name of ["src", "scripts", "package.json"])
    await cp(join(root, name), join(code, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(code, "node_modules"));
  await promisify(execFile)("git", ["apply", join(import.meta.dirname, patch)], { cwd: code });
  return { code, drop: () => rm(code, { recursive: true, force: true }) };
}
