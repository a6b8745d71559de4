import { sql } from "kysely";
import { heldBy } from "../chaos/strikes.ts";
import { until } from "./baton.ts";
import { rounded } from "./measure.ts";
import type { Batons } from "./workers-baton.ts";

export type Takeover = {
  /** Of the killed worker. */
  workspaces: number;
  leaseMs: number;
  /** From the kill until another had the first, and the last of them. */
  firstMs: number;
  lastMs: number;
  /** The most that one of the others has afterwards. */
  mostHeld: number;
};

/** Kills the first worker as the kernel does it, and waits until others have leased all that it had. */
export async function measureTakeover({ workers, database }: Batons, leaseSeconds: number): Promise<Takeover> {
  const [killed, ...others] = workers;
  if (killed === undefined) throw new Error("There is no worker to be killed.");
  const held = await heldBy(killed.url);
  const readTokens = () =>
    database.read(async ({ query }) => {
      const { rows } = await sql<{ workspaceId: string; token: number }>`
        select workspace_id, token from leases where workspace_id = any(${[...held]}) and until > now()
      `.execute(query);
      return new Map(rows.map(({ workspaceId, token }) => [workspaceId, token]));
    });
  const before = await readTokens();
  const killedAt = performance.now();
  const taken = new Map<string, number>();
  killed.kill();
  const patience = { everyMs: 50, timeoutMs: 3_000 * leaseSeconds };
  await until("others have what the killed worker had", patience, async () => {
    for (const [workspaceId, token] of await readTokens())
      if (token > (before.get(workspaceId) ?? 0) && !taken.has(workspaceId))
        taken.set(workspaceId, performance.now() - killedAt);
    return taken.size === held.length;
  });
  const sizes = await Promise.all(others.map(async ({ url }) => (await heldBy(url)).length));
  return {
    workspaces: held.length,
    leaseMs: 1_000 * leaseSeconds,
    firstMs: rounded(Math.min(...taken.values()), 0),
    lastMs: rounded(Math.max(...taken.values()), 0),
    mostHeld: Math.max(...sizes),
  };
}
