import { sql } from "kysely";
import { decideAll } from "../../src/engine/decide.ts";
import { engineVersion, ownerOf } from "../../src/engine/decision.ts";
import type { LeadFacts, Shared, State } from "../../src/engine/snapshot.ts";
import { takeOutParts } from "../../src/store/common-parts.ts";
import type { Query } from "../../src/store/db.ts";
import { packMoves } from "../../src/store/ledger-moves.ts";

const leadsPerBatch = 100;
const batchesPerStatement = 10;
const dayMs = 86_400_000;

type Fill = {
  workspaceId: string;
  shared: Shared;
  factsOf: (index: number) => LeadFacts;
  decisions: number;
};

/**
 * Stores so many decisions as the product would have over ninety days: batches of a hundred, each from the ledgers that
 * the one before it left. What else a recording writes (operations, timers) no replay reads.
 */
export async function fillDecisions(db: Query, { workspaceId, shared, factsOf, decisions }: Fill): Promise<void> {
  const { policy: _policy, now, ...rest } = shared;
  await sql`
    insert into shared_facts (workspace_id, hash, body) values (${workspaceId}, 'shared', ${JSON.stringify(rest)})
  `.execute(db);
  const batches = Math.ceil(decisions / leadsPerBatch);
  const startMs = Date.parse(now) - 90 * dayMs;
  let state: State = { credits: {}, load: {} };
  let open: ReturnType<typeof rowsOf>[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const at = new Date(startMs + (batch * 89 * dayMs) / batches).toISOString();
    const count = Math.min(leadsPerBatch, decisions - batch * leadsPerBatch);
    const facts = Array.from({ length: count }, (_, index) => at90(factsOf(batch * leadsPerBatch + index), at));
    const made = decideAll({ ...shared, now: at }, facts, state);
    open.push(rowsOf({ workspaceId, batch, at, policyVersion: shared.policyVersion, facts, state, made }));
    // Every lead is worked off before the next batch comes: nobody is ever full, and what is measured is the pick.
    state = { credits: made.after.credits, load: {} };
    if (open.length < batchesPerStatement && batch < batches - 1) continue;
    await store(db, workspaceId, open);
    open = [];
  }
  await sql`analyze`.execute(db);
}

const at90 = (facts: LeadFacts, at: string): LeadFacts => ({
  ...facts,
  trigger: { ...facts.trigger, qualifiedAt: at },
  lead: { ...facts.lead, qualifiedAt: at },
});

type Made = {
  workspaceId: string;
  batch: number;
  at: string;
  policyVersion: number;
  facts: readonly LeadFacts[];
  state: State;
  made: ReturnType<typeof decideAll>;
};

function rowsOf({ workspaceId, batch, at, policyVersion, facts, state, made }: Made) {
  const { stored, parts } = takeOutParts(made.decisions);
  const batchId = `batch-${batch}`;
  return {
    parts,
    batch: {
      id: batchId,
      state: JSON.stringify(state),
      moves: JSON.stringify(packMoves({ entries: made.entries, picks: made.picks })),
      at,
    },
    decisions: made.decisions.map((decision, position) => ({
      id: `${workspaceId}-${batch}-${position}`,
      leadId: decision.leadId,
      batchId,
      position,
      at,
      policyVersion,
      engineVersion,
      tier: decision.tier,
      kind: decision.outcome.kind,
      repId: ownerOf(decision.outcome),
      decision: JSON.stringify(stored[position]),
      facts: JSON.stringify(facts[position]),
    })),
  };
}

async function store(db: Query, workspaceId: string, rows: readonly ReturnType<typeof rowsOf>[]): Promise<void> {
  const parts = rows.flatMap((row) => row.parts);
  await sql`
    insert into shared_facts (workspace_id, hash, body)
    select ${workspaceId}, e.hash, e.body from json_to_recordset(${JSON.stringify(parts)}::json) as e(hash text, body text)
    on conflict do nothing
  `.execute(db);
  await sql`
    insert into batches (workspace_id, id, shared_hash, state_before, ledger_moves, decided_at, fencing_token)
    select ${workspaceId}, e.id, 'shared', e.state::json, e.moves::json, e.at, 1
    from json_to_recordset(${JSON.stringify(rows.map((row) => row.batch))}::json)
      as e(id text, state text, moves text, at timestamptz)
  `.execute(db);
  await sql`
    insert into decisions (id, qualified_at, workspace_id, connection_id, lead_id, round, cause, policy_version,
      engine_version, shared_hash, batch_id, position, tier, outcome_kind, rep_id, decision, facts, decided_at)
    select e.id, e.at, ${workspaceId}, 'bench', e."leadId", 0, 'qualified', e."policyVersion", e."engineVersion",
      'shared', e."batchId", e.position, e.tier, e.kind, e."repId", e.decision::json, e.facts::json, e.at
    from json_to_recordset(${JSON.stringify(rows.flatMap((row) => row.decisions))}::json)
      as e(id text, "leadId" text, "batchId" text, position int, at timestamptz, "policyVersion" int,
        "engineVersion" int, tier text, kind text, "repId" text, decision text, facts text)
  `.execute(db);
}
