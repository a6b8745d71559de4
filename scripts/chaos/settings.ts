import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aroundTheClock } from "../around-the-clock.ts";

/** The environment that all processes of a world share. */
export type Settings = { env: Readonly<Record<string, string>>; remove(): Promise<void> };

/** `publicUrl`: where the CRM and browsers reach the web process. */
export async function createSettings({ publicUrl, lease }: { publicUrl: string; lease: number }): Promise<Settings> {
  const folder = await mkdtemp(join(tmpdir(), "baton-chaos-policy-"));
  const policy = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const path = join(folder, "policy.yaml");
  await writeFile(path, aroundTheClock(policy));
  return {
    env: {
      BATON_PUBLIC_URL: publicUrl,
      BATON_ENCRYPTION_KEYS: `k1:${createHash("sha256").update("a key for this run alone").digest("base64")}`,
      BATON_LEASE_SECONDS: String(lease),
      BATON_POLICY: path,
      HUBSPOT_CLIENT_ID: "baton",
      HUBSPOT_CLIENT_SECRET: "secret",
      LOG_LEVEL: "error",
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Where a process reaches the CRM. */
export const crmAt = (url: string): Readonly<Record<string, string>> => ({
  HUBSPOT_API_URL: url,
  HUBSPOT_OAUTH_URL: url,
});

/** Where a process on a server's database reaches it: by way of a port of this machine. */
export function databaseAt(url: URL, port: number): Readonly<Record<string, string>> {
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return { DATABASE_URL: through.href, BATON_DATA_DIR: "" };
}
