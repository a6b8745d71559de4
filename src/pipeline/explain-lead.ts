import type { Deps } from "../deps.ts";
import { explain } from "../engine/explain.ts";
import { allConnections } from "../store/connections.ts";
import { decisionsOfLead } from "../store/decisions.ts";
import { readReps } from "../store/reps.ts";

/** The whole story of a lead as sentences, latest decision first; empty when no decision is known. `leadId` is the CRM's. */
export async function explainLead({ db }: Pick<Deps, "db">, leadId: string): Promise<string[]> {
  const lines: string[] = [];
  for (const { id, workspaceId } of await allConnections(db.query)) {
    const rows = await decisionsOfLead(db.query, workspaceId, leadId);
    const own = rows.filter((row) => row.connectionId === id);
    if (own.length === 0) continue;
    const reps = await readReps(db.query, id);
    const names = { reps: Object.fromEntries(reps.map(({ rep }) => [rep.id, rep.name])) };
    for (const row of own) {
      if (lines.length > 0) lines.push("");
      lines.push(`Decision ${row.id} of ${row.decidedAt}, policy version ${row.policyVersion}:`);
      if (row.facts === null) lines.push("The facts of this decision were erased.");
      else lines.push(...explain({ facts: row.facts, decision: row.decision, names }));
    }
  }
  return lines;
}
