import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GoldenFile, readGoldens } from "../engine/golden/read-goldens.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { previewLines } from "../engine/preview.ts";
import { readStartingPolicy } from "../pipeline/starting-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";
import { runReport } from "./run-report.ts";

type PreviewFlags = { policy?: string; workspace: string | null };

/** Tells what would become of one lead, a golden lead in a file or one that the CRM has; writes nothing anywhere. */
export async function preview(cli: Cli, lead: string, { policy: file, workspace }: PreviewFlags): Promise<void> {
  const policy = file === undefined ? null : await readText(file, policyLimit);
  // Told here with the name of the file, before anything is opened.
  if (policy !== null) parsePolicy(policy, file);
  if (existsSync(lead)) return previewFile(cli, lead, policy ?? (await readStartingPolicy(null)));
  if (/[./\\]/.test(lead)) throw new Refused(`There is no file ${lead}; a lead of the CRM is named by its id there.`);
  await runReport(cli, "preview", { workspace, policy, leadId: lead });
}

async function previewFile(cli: Cli, path: string, policyText: string): Promise<void> {
  const { goldens, problems } = readGoldens(
    [{ path, text: await readText(path) }, ...(await worldsNear(path))],
    policyText,
  );
  const [golden] = goldens;
  if (problems.length > 0) throw new Refused(problems.join("\n"));
  if (golden === undefined)
    throw new Refused(`${path} is a world, which golden leads have in common: name the file of one of those.`);
  for (const line of previewLines(golden.shared, golden.facts, golden.state)) cli.print(line);
}

/** Worlds that a golden lead may name: of the nearest folder `worlds`, beside it or up to three folders above. */
async function worldsNear(path: string): Promise<GoldenFile[]> {
  const above = ["", "..", "../..", "../../.."].map((up) => join(dirname(path), up, "worlds"));
  const folder = above.find(existsSync);
  const names = folder === undefined ? [] : await readdir(folder);
  return Promise.all(
    names.map(async (name) => ({
      path: `worlds/${name}`,
      text: await readText(join(folder ?? "", name)),
    })),
  );
}
