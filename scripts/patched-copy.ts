import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const checkout = fileURLToPath(new URL("..", import.meta.url));

/** A copy of the code with a patch applied, from which processes can run; the product itself has no switch for it. */
export type PatchedCopy = { directory: string; remove(): Promise<void> };

/** Rejects with what `git apply` says when the patch does not fit the code any more. */
export async function copyWithPatch(patch: string): Promise<PatchedCopy> {
  const directory = await mkdtemp(join(tmpdir(), "baton-patched-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    for (const part of ["src", "scripts", "package.json"])
      await cp(join(checkout, part), join(directory, part), { recursive: true });
    await symlink(join(checkout, "node_modules"), join(directory, "node_modules"));
    // Outside of any repository, or the paths would be taken from that one's root.
    await run("git", ["apply", "--whitespace=nowarn", patch], {
      cwd: directory,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
    });
    return { directory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
