import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { query, type Row } from "./query.ts";
import { soql } from "./soql.ts";

/** Ids of one query: they stand in a URL, which has an end (salesforce.md §3.1). */
const mostIds = 200;

/**
 * Opportunity id → since when it is in its stage. Its own field says so where the org has it, and is empty of one that is in its
 * first stage; else its history does (salesforce.md §4.3), by a call for each two hundred that are open. What neither tells is missing.
 */
export async function stagesSince(
  context: Context,
  rows: readonly Row[],
  { lane }: Pick<Pay, "lane">,
): Promise<ReadonlyMap<string, string>> {
  if (rows.every((row) => Object.hasOwn(row, "LastStageChangeDate")))
    return new Map(
      rows.flatMap((row) => entry(row, instant(row, "LastStageChangeDate") ?? instant(row, "CreatedDate"))),
    );
  const open = rows.filter((row) => row.IsClosed !== true);
  const { there, turn } = await presentObjects(context, ["OpportunityHistory"], { lane });
  if (!there.has("OpportunityHistory")) return new Map();
  const history: Row[] = [];
  for (let from = 0; from < open.length; from += mostIds) {
    const ids = open.slice(from, from + mostIds).flatMap((row) => text(row, "Id") ?? []);
    const steps = soql`SELECT OpportunityId, StageName, CreatedDate FROM OpportunityHistory WHERE OpportunityId IN ${ids} ORDER BY CreatedDate DESC, Id DESC`;
    history.push(...(await query(context, steps, turn)));
  }
  const byId = Map.groupBy(history, (step) => text(step, "OpportunityId"));
  return new Map(open.flatMap((row) => entry(row, enteredAt(row, byId.get(text(row, "Id")) ?? []))));
}

const entry = (row: Row, at: string | null): [string, string][] => (at === null ? [] : [[text(row, "Id") ?? "", at]]);

/** The oldest of the newest steps in the present stage. A step is kept of other changes too, as of the amount. */
function enteredAt(row: Row, steps: readonly Row[]): string | null {
  const stage = text(row, "StageName");
  const left = steps.findIndex((step) => text(step, "StageName") !== stage);
  const since = (left === -1 ? steps : steps.slice(0, left)).at(-1);
  return since === undefined ? null : instant(since, "CreatedDate");
}
