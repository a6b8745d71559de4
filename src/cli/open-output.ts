import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { Refused } from "../refused.ts";

/** Opens a file to be written anew. Throws `Refused` when the folder that it is to be in is not there. */
export async function openOutput(file: string): Promise<FileHandle> {
  try {
    return await open(file, "w");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Refused(
      `There is no folder ${dirname(file)} to write ${basename(file)} in: make it first, or name another place.`,
    );
  }
}

/** As `openOutput`, with all that is to be in the file. */
export async function writeOutput(file: string, text: string): Promise<void> {
  const handle = await openOutput(file);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}
