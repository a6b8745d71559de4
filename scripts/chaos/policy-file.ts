import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aroundTheClock } from "../around-the-clock.ts";

/** As the shipped policy has it: reps whom one lead is given to, one after the other, by each breach of this or more. */
export const mostOwners = 3;
export const firstBreachMs = 15 * 60_000;

const stageLine = "qualifying_stage: marketingqualifiedlead";
const ownOf: Readonly<Record<string, string>> = {
  salesforce: "{ qualifying_stage: MQL, writes: { stage: null, status: null, clear_backward_stage: false } }",
};

/**
 * The shipped policy with reps who never sleep, so that a run is the same at any hour, and with what these CRMs call
 * otherwise.
 */
export async function writePolicyFile(
  crms: readonly string[] = [],
): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "baton-chaos-policy-"));
  const policy = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const path = join(folder, "policy.yaml");
  const own = crms.flatMap((name) => (ownOf[name] === undefined ? [] : `\n  ${name}: ${ownOf[name]}`));
  const byCrm = own.length === 0 ? "" : `\nby_crm:${own.join("")}`;
  await writeFile(path, aroundTheClock(policy).replace(stageLine, `${stageLine}${byCrm}`));
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The same database, by way of a port of this machine. */
export function through(url: URL, port: number): string {
  const other = new URL(url);
  other.host = `127.0.0.1:${port}`;
  return other.href;
}
