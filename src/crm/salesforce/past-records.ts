import type { Opportunity } from "../../model/account.ts";
import type { Doubt, Past, Version } from "../../model/past.ts";
import type { Rep } from "../../model/rep.ts";
import { activeUntil } from "../active-until.ts";
import type { CrmClient, Page, PastOpportunity, Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { readOpportunities, readStages } from "./accounts.ts";
import type { Context, Stage } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { readPastAccounts } from "./past-accounts.ts";
import { readPastLeads } from "./past-leads.ts";
import { query, queryTogether, type Row } from "./query.ts";
import { maxBatch, realIds } from "./read.ts";
import { listReps } from "./reps.ts";
import { soql } from "./soql.ts";

/** See CrmClient. */
export const pastOfClient = (context: Context): CrmClient["past"] => ({
  readLeads: (wanted, fields, pay) => readPastLeads(context, { wanted, fields }, pay),
  readAccounts: (ids, crmFields, pay) => readPastAccounts(context, { ids, crmFields }, pay),
  readOpportunities: (accountIds, pay) => readPastOpportunities(context, accountIds, pay),
  listOpportunities: (wanted, pay) => listPastOpportunities(context, wanted, pay),
  listReps: (pay) => listPastReps(context, pay),
});

async function readPastOpportunities(
  context: Context,
  accountIds: readonly string[],
  { lane }: Pay,
): Promise<readonly PastOpportunity[]> {
  const wanted = realIds(accountIds);
  if (wanted.length === 0) return [];
  const rows = await query(context, soql`SELECT Id FROM Opportunity WHERE AccountId IN ${wanted}`, { lane });
  return readPast(context, idsOf(rows), { lane });
}

const idsOf = (rows: readonly Row[]): string[] => rows.flatMap((row) => text(row, "Id") ?? []);

async function listPastOpportunities(
  context: Context,
  { since, after }: { since: Date; after: string | null },
  pay: Pay,
): Promise<Page<PastOpportunity>> {
  const day = { raw: since.toISOString().slice(0, 10) };
  const behind = { raw: after === null ? "" : soql` AND Id > ${after}` };
  const rows = await query(
    context,
    soql`SELECT Id FROM Opportunity WHERE (IsClosed = false OR CloseDate >= ${day})${behind} ORDER BY Id LIMIT ${maxBatch}`,
    pay,
  );
  const ids = idsOf(rows);
  const next = ids.length < maxBatch ? null : (ids.at(-1) ?? null);
  return { items: await readPast(context, ids, { lane: pay.lane }), next };
}

async function readPast(context: Context, ids: readonly string[], pay: Pay): Promise<PastOpportunity[]> {
  const found: PastOpportunity[] = [];
  const { there } = await presentObjects(context, ["OpportunityHistory"], { lane: pay.lane });
  const hasHistory = there.has("OpportunityHistory");
  const stages = ids.length === 0 ? new Map<string, Stage>() : await readStages(context, pay);
  for (let from = 0; from < ids.length; from += maxBatch) {
    const page = ids.slice(from, from + maxBatch);
    const today = await readOpportunities(context, page, pay);
    const [created = [], history = []] = await queryTogether(
      context,
      [
        soql`SELECT Id, CreatedDate FROM Opportunity WHERE Id IN ${page}`,
        hasHistory
          ? soql`SELECT OpportunityId, StageName, CreatedDate FROM OpportunityHistory WHERE OpportunityId IN ${page} ORDER BY CreatedDate DESC`
          : null,
      ],
      pay,
    );
    const createdAt = new Map(created.map((row) => [text(row, "Id"), instant(row, "CreatedDate") ?? ""]));
    const steps = Map.groupBy(history, (row) => text(row, "OpportunityId"));
    for (const value of today)
      found.push(
        toPast(value, {
          createdAt: createdAt.get(value.id) ?? "",
          steps: steps.get(value.id) ?? [],
          stages,
          hasHistory,
        }),
      );
  }
  return found;
}

type Told = { createdAt: string; steps: readonly Row[]; stages: ReadonlyMap<string, Stage>; hasHistory: boolean };

/** Of its owner Salesforce tells no history but where the org tracks it. */
function toPast(today: Opportunity, { createdAt, steps, stages, hasHistory }: Told): PastOpportunity {
  const versions = steps.map((step): Version<Opportunity> => {
    const [since, stage] = [instant(step, "CreatedDate") ?? "", text(step, "StageName")];
    const known = stages.get(stage ?? "");
    const { phase: _, ...rest } = today;
    return {
      since,
      value: {
        ...{ ...rest, stage, stageSince: since, isOpen: known?.isClosed !== true, stageOrder: known?.order ?? 0 },
        ...(known?.phase == null ? {} : { phase: known.phase }),
        lastActivityAt: since > createdAt ? since : createdAt,
      },
    };
  });
  const [newest = { since: "", value: today }, ...earlier] = versions;
  const untold = [...(today.ownerId === null ? [] : ["ownerId"]), ...(hasHistory ? [] : ["stage"])];
  const doubts = untold.map((field): Doubt => ({ field: `opportunity.${field}`, because: "no-history" }));
  return { createdAt, past: { versions: [newest, ...earlier], doubts } };
}

/** Who logged in had not left yet. */
async function listPastReps(context: Context, pay: Pay): Promise<readonly Past<Rep>[]> {
  const reps = (await listReps(context, pay)).map(({ rep }) => rep);
  const gone = reps.filter(({ active, software }) => !active && !software).map(({ id }) => id);
  const lastAt = new Map<string, string>();
  for (let from = 0; from < gone.length; from += maxBatch) {
    const page = gone.slice(from, from + maxBatch);
    const soon = soql`SELECT Id, LastLoginDate FROM User WHERE Id IN ${page} AND LastLoginDate != null`;
    for (const row of await query(context, soon, { lane: pay.lane }))
      lastAt.set(text(row, "Id") ?? "", instant(row, "LastLoginDate") ?? "");
  }
  return reps.map((rep) => {
    const past: Past<Rep> = { versions: [{ since: "", value: rep }], doubts: [] };
    const at = lastAt.get(rep.id);
    return at === undefined ? past : activeUntil(past, at);
  });
}
