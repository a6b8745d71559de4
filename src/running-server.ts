import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** How commands on this machine reach the server that has a data directory open. */
export type RunningServer = { url: string; token: string };

const shape = z.object({ url: z.string(), token: z.string() });

/** Readable by the owner of the process alone: whoever can read it can read the database beside it as well. */
export async function writeRunningServer(dataDir: string, server: RunningServer): Promise<void> {
  await removeRunningServer(dataDir);
  await writeFile(pathIn(dataDir), `${JSON.stringify(server)}\n`, { mode: 0o600, flag: "wx" });
}

/** Null when no server left its address there. */
export async function readRunningServer(dataDir: string): Promise<RunningServer | null> {
  try {
    return shape.parse(JSON.parse(await readFile(pathIn(dataDir), "utf8")));
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

export async function removeRunningServer(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}

function pathIn(dataDir: string): string {
  return join(dataDir, "baton.server.json");
}
