import { type GoldenFile, readGoldens } from "../engine/golden/read-goldens.ts";
import { runGoldens } from "../engine/golden/run-goldens.ts";
import { findingInWords } from "../engine/lint/finding-in-words.ts";
import type { Policy } from "../engine/policy.ts";
import type { Query } from "../store/db.ts";
import { lintFor } from "./lint-workspace.ts";

type Draft = { workspaceId: string; policy: Policy; text: string; golden: readonly GoldenFile[]; now: string };

/**
 * What is wrong with a draft where it is to route, as lines: errors of the lint, and golden leads that cannot be read or
 * come out otherwise. Empty: nothing that could be proved.
 */
export async function proveWrong(db: Query, { workspaceId, policy, text, golden, now }: Draft): Promise<string[]> {
  const { findings } = await lintFor(db, { workspaceId, policy, now, quietHours: null });
  const errors = findings.filter(({ severity }) => severity === "error");
  return [...errors.flatMap(findingInWords), ...failedGoldens(text, golden)];
}

/** The golden leads that cannot be read or that this policy lets come out otherwise, as lines. */
export function failedGoldens(text: string, golden: readonly GoldenFile[]): string[] {
  const { goldens, problems } = readGoldens(golden, text);
  const failed = runGoldens(goldens).filter(({ differences }) => differences.length > 0);
  return [
    ...problems.map((problem) => `golden lead ${problem}`),
    ...failed.flatMap(({ golden: { name, why }, differences }) => [
      `golden lead ${name} fails: ${why}`,
      ...differences.map((line) => `    ${line}`),
    ]),
  ];
}
