import { hash } from "node:crypto";
import { sql } from "kysely";
import type { Decision, Step } from "../engine/decision.ts";
import type { Query } from "./db.ts";
import type { StoredDecision } from "./schema.ts";

/** A part by its hash; the body is JSON text. */
export type Part = { hash: string; body: string };

/**
 * Takes out what many decisions have in common, so that none grows with the number of reps: who was excluded, on the
 * whole those who are away.
 */
export function takeOutParts(decisions: readonly Decision[]): { stored: StoredDecision[]; parts: Part[] } {
  const hashes = new Map<string, string>();
  const takeOut = (part: unknown): string => {
    const body = JSON.stringify(part);
    const known = hashes.get(body) ?? hash("sha256", body, "hex").slice(0, 32);
    hashes.set(body, known);
    return known;
  };
  const stored = decisions.map((decision) => ({
    ...decision,
    trace: runsOf(decision.trace).flatMap((run): (Step | string)[] =>
      run[0]?.step === "rep-excluded" ? [takeOut(run)] : run,
    ),
  }));
  return { stored, parts: [...hashes].map(([body, key]) => ({ hash: key, body })) };
}

/** The steps in their order; neighbours that exclude a rep stand together, and all others alone. */
function runsOf(trace: readonly Step[]): Step[][] {
  const runs: Step[][] = [];
  for (const step of trace) {
    const last = runs.at(-1);
    if (step.step === "rep-excluded" && last?.[0]?.step === "rep-excluded") last.push(step);
    else runs.push([step]);
  }
  return runs;
}

/** The inverse, for rows of one workspace: their decisions as they were made. */
export async function putBackParts<Row extends { decision: StoredDecision }>(
  db: Query,
  workspaceId: string,
  rows: readonly Row[],
): Promise<(Omit<Row, "decision"> & { decision: Decision })[]> {
  const parts = await readParts(
    db,
    workspaceId,
    new Set(rows.flatMap(({ decision }) => decision.trace.filter(isHash))),
  );
  const partOf = (key: string): string => {
    const body = parts.get(key);
    if (body === undefined) throw new Error(`Part ${key} of a decision of workspace ${workspaceId} is not stored.`);
    return body;
  };
  return rows.map((row) => ({ ...row, decision: whole(row.decision, partOf) }));
}

const isHash = (step: Step | string): step is string => typeof step === "string";

async function readParts(db: Query, workspaceId: string, hashes: ReadonlySet<string>): Promise<Map<string, string>> {
  if (hashes.size === 0) return new Map();
  const { rows } = await sql<Part>`
    select hash, body from shared_facts where workspace_id = ${workspaceId} and hash = any(${[...hashes]})
  `.execute(db);
  return new Map(rows.map(({ hash: key, body }) => [key, body]));
}

function whole(stored: StoredDecision, partOf: (key: string) => string): Decision {
  return {
    ...stored,
    trace: stored.trace.flatMap((step) => (isHash(step) ? (JSON.parse(partOf(step)) as Step[]) : [step])),
  };
}
