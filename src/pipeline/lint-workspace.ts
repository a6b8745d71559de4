import { hasOneStatus } from "../crm/has-one-status.ts";
import type { LintInput, Roster } from "../engine/lint/finding.ts";
import { lintReport } from "../engine/lint/finding-in-words.ts";
import { type Finding, lintPolicy } from "../engine/lint/lint-policy.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { CrmStages } from "../engine/unknown-stages.ts";
import type { Connection } from "../model/connection.ts";
import { Refused } from "../refused.ts";
import { connectionsOf } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { recentFields } from "../store/recent-fields.ts";
import { readReps } from "../store/reps.ts";
import { readSyncCursor } from "./cursors.ts";
import { readPeople } from "./read-people.ts";

/** So many of the latest leads tell what is filled in. */
const mostSamples = 1_000;

type Known = Pick<LintInput, "roster" | "samples" | "now"> & Required<Pick<LintInput, "crms" | "stages">>;

/** Who there is in a workspace, and what its latest leads have filled in; null where nothing is known yet. */
async function knownOf(
  db: Query,
  workspaceId: string,
  { now, policy }: { now: string; policy: Policy },
): Promise<Known> {
  const samples = await recentFields(db, workspaceId, mostSamples);
  const linked = (await connectionsOf(db, workspaceId)).filter(({ status }) => status !== "removed");
  return {
    now,
    roster: await rosterOf(db, workspaceId, policy),
    crms: linked.map(({ crm }) => crm),
    stages: await stagesOf(db, linked),
    samples: samples.length === 0 ? null : samples,
  };
}

/** As last synced, by CRM; of one that was never synced nothing is known. */
async function stagesOf(db: Query, linked: readonly Connection[]): Promise<Record<string, CrmStages>> {
  const known = linked.map(async ({ id, crm }) => {
    const stages = (await readSyncCursor({ db: { query: db } }, id, "stages")) ?? [];
    return [crm, { stages, areStatuses: hasOneStatus(crm) }] as const;
  });
  return Object.fromEntries(await Promise.all(known));
}

async function rosterOf(db: Query, workspaceId: string, policy: Policy): Promise<Roster | null> {
  const active = (await connectionsOf(db, workspaceId)).filter(({ status }) => status === "active");
  const [first] = active;
  if (first === undefined) return null;
  const people = await readPeople(db, workspaceId, policy);
  const reps = people?.rosterFor(people.authorityId) ?? (await readReps(db, first.id)).map(({ rep }) => rep);
  return reps.length === 0 ? null : { reps, timeZone: first.timeZone };
}

/** What can be proved wrong with a policy where it is to route. */
export async function lintFor(
  db: Query,
  {
    workspaceId,
    policy,
    now,
    quietHours,
  }: { workspaceId: string; policy: Policy; now: string; quietHours: number | null },
): Promise<{ findings: Finding[]; known: Known }> {
  const known = await knownOf(db, workspaceId, { now, policy });
  const limit = quietHours === null ? {} : { mostQuietHours: quietHours };
  return { findings: lintPolicy(policy, { ...known, ...limit }), known };
}

/** The same as lines; throws `Refused` with them when one is an error, and `Invalid` when the text is no policy. */
export async function lintLines(
  db: Query,
  { text, ...asked }: { workspaceId: string; text: string; now: string; quietHours: number | null },
): Promise<string[]> {
  const { findings, known } = await lintFor(db, { ...asked, policy: parsePolicy(text) });
  const lines = lintReport(findings, known);
  if (findings.some(({ severity }) => severity === "error")) throw new Refused(lines.join("\n"));
  return [...lines];
}
