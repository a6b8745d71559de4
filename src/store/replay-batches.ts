import { type Selectable, sql } from "kysely";
import { putBackParts } from "./common-parts.ts";
import type { Query } from "./db.ts";
import type { DecisionRow } from "./decisions.ts";
import { type Moves, unpackMoves } from "./ledger-moves.ts";
import type { BatchesTable, DecisionsTable, StoredDecision } from "./schema.ts";

type BatchColumns = Pick<
  Selectable<BatchesTable>,
  "id" | "position" | "sharedHash" | "stateBefore" | "ledgerMoves" | "decidedAt"
>;

/** As much of a decision as is needed to make it again. */
export type ReplayRow = Pick<
  Selectable<DecisionsTable>,
  "id" | "leadId" | "round" | "batchId" | "position" | "policyVersion" | "engineVersion" | "decision" | "facts"
>;

/** A stored batch: its decisions in the order they were made, the erased ones without facts. */
export type ReplayBatch = Moves &
  Omit<BatchColumns, "ledgerMoves"> & {
    /** With the account that the lead belonged to. */
    decisions: readonly (ReplayRow & { accountId: string | null })[];
  };

type Wanted = { workspaceId: string; since: string };

/** About so many decisions are in memory at once, in two pages: the one that is worked on and the one being read. */
const decisionsPerPage = 2_000;
const mostBatchesPerPage = 1_000;

/** The batches of a workspace since a moment, in the order in which they moved its ledgers. */
export async function* replayBatches(db: Query, wanted: Wanted): AsyncGenerator<ReplayBatch, void, undefined> {
  let limit = 20;
  let next = readPage(db, wanted, { after: 0, limit });
  for (;;) {
    const page = await next;
    const last = page.at(-1);
    if (last === undefined) return;
    const perBatch = Math.max(1, page.reduce((sum, { decisions }) => sum + decisions.length, 0) / page.length);
    limit = Math.max(1, Math.min(mostBatchesPerPage, Math.floor(decisionsPerPage / perBatch)));
    next = readPage(db, wanted, { after: last.position, limit });
    // Whoever stops early leaves it behind.
    next.catch(() => undefined);
    yield* page;
  }
}

async function readPage(
  db: Query,
  { workspaceId, since }: Wanted,
  { after, limit }: { after: number; limit: number },
): Promise<ReplayBatch[]> {
  const { rows: batches } = await sql<BatchColumns>`
    select id, position, shared_hash, state_before, ledger_moves, decided_at from batches
    where workspace_id = ${workspaceId} and position > ${after} and decided_at >= ${since}
    order by position limit ${limit}
  `.execute(db);
  if (batches.length === 0) return [];
  const { rows } = await sql<ReplayRow>`
    select id, lead_id, round, batch_id, position, policy_version, engine_version, decision, facts from decisions
    where workspace_id = ${workspaceId} and batch_id = any(${batches.map(({ id }) => id)})
    order by batch_id, position
  `.execute(db);
  const accounts = await accountsOfErased(db, rows);
  const withAccounts = rows.map((row) => ({
    ...row,
    accountId: row.facts?.match?.account.id ?? accounts.get(row.id) ?? null,
  }));
  const byBatch = Map.groupBy(withAccounts, ({ batchId }) => batchId);
  return batches.map(({ ledgerMoves, ...batch }) => {
    const decisions = byBatch.get(batch.id) ?? [];
    return { ...batch, ...unpackMoves(ledgerMoves, decisions.length), decisions };
  });
}

/** Decision id → the account of a lead whose facts were erased. */
async function accountsOfErased(db: Query, rows: readonly ReplayRow[]): Promise<Map<string, string | null>> {
  const ids = rows.filter(({ facts }) => facts === null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const { rows: found } = await sql<{ decisionId: string; accountId: string | null }>`
    select decision_id, account_id from assignments where decision_id = any(${ids})
  `.execute(db);
  return new Map(found.map(({ decisionId, accountId }) => [decisionId, accountId]));
}

/** What the leads of a batch shared, as JSON text. */
export async function readShared(db: Query, { workspaceId, hash }: { workspaceId: string; hash: string }) {
  const { rows } = await sql<{ body: string }>`
    select body from shared_facts where workspace_id = ${workspaceId} and hash = ${hash}
  `.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error(`Shared facts ${hash} of workspace ${workspaceId} are not stored.`);
  return found.body;
}

/** Decisions as they were made, the steps in place that they have in common with others. */
export async function wholeDecisions(
  db: Query,
  workspaceId: string,
  stored: readonly StoredDecision[],
): Promise<DecisionRow["decision"][]> {
  const rows = await putBackParts(
    db,
    workspaceId,
    stored.map((decision) => ({ decision })),
  );
  return rows.map(({ decision }) => decision);
}

/** The ids of the batches of a workspace since a moment, in their order, so many at a time. */
export async function* batchIds(
  db: Query,
  { workspaceId, since }: Wanted,
  atOnce: number,
): AsyncGenerator<string[], void, undefined> {
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: string; position: number }>`
      select id, position from batches
      where workspace_id = ${workspaceId} and position > ${after} and decided_at >= ${since}
      order by position limit ${atOnce}
    `.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ id }) => id);
    after = last.position;
  }
}
