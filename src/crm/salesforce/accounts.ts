import type { Account, DealPhase, Opportunity } from "../../model/account.ts";
import type { Page, Pay } from "../crm.ts";
import { firstText, instant, latest, text, toInstant } from "../values.ts";
import { accountTeams } from "./account-teams.ts";
import type { Context, Stage } from "./context.ts";
import { presentFields } from "./describe.ts";
import { accountFieldNames, toAccount } from "./fields.ts";
import { query, type Row } from "./query.ts";
import { maxBatch, realIds } from "./read.ts";
import { names, soql } from "./soql.ts";
import { stagesSince } from "./stage-since.ts";

type WantedAccounts = { ids: readonly string[]; crmFields: readonly string[] };

/** See CrmClient. */
export async function readAccounts(
  context: Context,
  { ids, crmFields }: WantedAccounts,
  pay: Pay,
): Promise<readonly Account[]> {
  const wanted = realIds(ids);
  if (wanted.length === 0) return nothing(pay);
  const { fields, turn } = await presentFields(context, "Account", { wanted: accountFieldNames(crmFields), pay });
  const rows = await query(context, soql`SELECT ${names(fields)} FROM Account WHERE Id IN ${wanted}`, turn);
  return toAccounts(context, { rows, crmFields }, pay);
}

/** With the members of their teams, where the policy names any. */
async function toAccounts(
  context: Context,
  { rows, crmFields }: { rows: readonly Row[]; crmFields: readonly string[] },
  pay: Pay,
): Promise<Account[]> {
  const accountIds = rows.flatMap((row) => text(row, "Id") ?? []);
  const teams = await accountTeams(context, { accountIds, crmFields }, pay);
  return rows.map((row) => toAccount(row, { crmFields, team: teams.get(text(row, "Id") ?? "") ?? [] }));
}

function nothing(pay: Pay): never[] {
  pay.permit?.release();
  return [];
}

const pageSize = 2000;

/** See CrmClient. By id: whatever changes meanwhile, none is left out and none comes twice. */
export async function listAccounts(
  context: Context,
  { after, crmFields }: { after: string | null; crmFields: readonly string[] },
  pay: Pay,
): Promise<Page<Account>> {
  const present = await presentFields(context, "Account", { wanted: accountFieldNames(crmFields), pay });
  const fields = names(present.fields);
  const rows = await query(
    context,
    after === null
      ? soql`SELECT ${fields} FROM Account ORDER BY Id LIMIT ${pageSize}`
      : soql`SELECT ${fields} FROM Account WHERE Id > ${after} ORDER BY Id LIMIT ${pageSize}`,
    present.turn,
  );
  const page = pageOf(rows, (row) => row);
  return { items: await toAccounts(context, { rows: page.items, crmFields }, pay), next: page.next };
}

function pageOf<T>(rows: readonly Row[], toItem: (row: Row) => T): Page<T> {
  const last = rows.at(-1);
  return { items: rows.map(toItem), next: rows.length < pageSize || last === undefined ? null : text(last, "Id") };
}

/** Characters of a query's domains as they stand in its URL, which has an end at about 16,000 (salesforce.md §3.4: 414). */
const mostCharacters = 10_000;
const sitesOf = (domain: string) => [domain, `www.${domain}`, `https://${domain}`, `https://www.${domain}`];

/** The domains of each query. One that is no name of a host (RFC 1035: 253 characters at most) is asked for in none. */
function* inQueries(domains: readonly string[]): Generator<readonly string[]> {
  let some: string[] = [];
  let characters = 0;
  for (const domain of domains) {
    if (domain.length > 253) continue;
    const more = encodeURIComponent([domain, ...sitesOf(domain)].map((each) => soql`${each},`).join("")).length;
    if (some.length > 0 && characters + more > mostCharacters) {
      yield some;
      [some, characters] = [[], 0];
    }
    some.push(domain);
    characters += more;
  }
  if (some.length > 0) yield some;
}

/**
 * See CrmClient. By the domain that Baton's package keeps on an account, which is indexed; a part of a website cannot be, and
 * would time out in a large org (salesforce.md §4.2), so that without the package only whole websites are found.
 */
export async function findAccountsByDomain(
  context: Context,
  domains: readonly string[],
  { lane }: Pick<Pay, "lane">,
): Promise<readonly string[]> {
  const { fields } = await presentFields(context, "Account", { wanted: ["Baton_Domain__c"], pay: { lane } });
  const hasOwn = fields.length > 0;
  const ids: string[] = [];
  for (const some of inQueries(domains)) {
    const sites = some.flatMap(sitesOf);
    const rows = await query(
      context,
      hasOwn
        ? soql`SELECT Id FROM Account WHERE Baton_Domain__c IN ${some} OR Website IN ${sites} LIMIT ${maxBatch}`
        : soql`SELECT Id FROM Account WHERE Website IN ${sites} LIMIT ${maxBatch}`,
      { lane },
    );
    ids.push(...rows.flatMap((row) => text(row, "Id") ?? []));
  }
  return [...new Set(ids)].slice(0, maxBatch);
}

const opportunityFields = [
  ...["Id", "Name", "AccountId", "OwnerId", "StageName", "IsClosed", "LastStageChangeDate", "LastActivityDate"],
  "CreatedDate",
];

/** See CrmClient. */
export async function readOpportunities(
  context: Context,
  ids: readonly string[],
  pay: Pay,
): Promise<readonly Opportunity[]> {
  const wanted = realIds(ids);
  if (wanted.length === 0) return nothing(pay);
  const { columns, turn } = await opportunityColumns(context, pay);
  const rows = await query(context, soql`SELECT ${columns} FROM Opportunity WHERE Id IN ${wanted}`, turn);
  return toOpportunities(context, rows, pay);
}

async function opportunityColumns(context: Context, pay: Pay) {
  const { fields, turn } = await presentFields(context, "Opportunity", { wanted: opportunityFields, pay });
  return { columns: names(fields), turn };
}

const mostFound = 1000;

/** See CrmClient. */
export async function findOpportunities(
  context: Context,
  accountIds: readonly string[],
  { lane }: Pick<Pay, "lane">,
): Promise<readonly Opportunity[]> {
  const wanted = realIds(accountIds);
  if (wanted.length === 0) return [];
  const { columns } = await opportunityColumns(context, { lane });
  const rows = await query(
    context,
    soql`SELECT ${columns} FROM Opportunity WHERE AccountId IN ${wanted} ORDER BY CreatedDate DESC LIMIT ${mostFound}`,
    { lane },
  );
  return toOpportunities(context, rows, { lane });
}

/** See CrmClient. */
export async function listOpportunities(context: Context, after: string | null, pay: Pay): Promise<Page<Opportunity>> {
  const { columns, turn } = await opportunityColumns(context, pay);
  const rows = await query(
    context,
    after === null
      ? soql`SELECT ${columns} FROM Opportunity ORDER BY Id LIMIT ${pageSize}`
      : soql`SELECT ${columns} FROM Opportunity WHERE Id > ${after} ORDER BY Id LIMIT ${pageSize}`,
    turn,
  );
  const page = pageOf(rows, (row) => row);
  return { items: await toOpportunities(context, page.items, pay), next: page.next };
}

async function toOpportunities(context: Context, rows: readonly Row[], { lane }: Pay): Promise<readonly Opportunity[]> {
  if (rows.length === 0) return [];
  const stages = await readStages(context, { lane });
  const since = await stagesSince(context, rows, { lane });
  return rows.map((row) => {
    const stage = text(row, "StageName");
    const known = stage === null ? undefined : stages.get(stage);
    const accountId = text(row, "AccountId");
    const stageSince = since.get(text(row, "Id") ?? "") ?? null;
    return {
      ...{ id: text(row, "Id") ?? "", name: text(row, "Name"), ownerId: text(row, "OwnerId"), stage },
      accountIds: accountId === null ? [] : [accountId],
      isOpen: row.IsClosed !== true,
      stageOrder: known?.order ?? 0,
      ...(known?.phase == null ? {} : { phase: known.phase }),
      ...(stageSince === null ? {} : { stageSince }),
      lastActivityAt: latest([toInstant(text(row, "LastActivityDate")), instant(row, "CreatedDate")]),
    };
  });
}

const phases: readonly DealPhase[] = ["early", "mid", "late"];
const stagesLiveMs = 3_600_000;

/** By API name, as a deal names its own (the label may be another). Stages change seldom: one more call an hour. */
export async function readStages(context: Context, pay: Pay): Promise<ReadonlyMap<string, Stage>> {
  const { memory, now } = context;
  const at = now().getTime();
  if (memory.stages !== null && at - memory.stages.readAt < stagesLiveMs) return memory.stages.byName;
  const rows = await query(
    context,
    "SELECT ApiName, MasterLabel, IsActive, IsClosed, SortOrder FROM OpportunityStage ORDER BY SortOrder",
    pay,
  );
  // Those that nobody can choose any more are part of no way to a close.
  const open = rows.filter((row) => row.IsClosed !== true && row.IsActive !== false);
  const byName = new Map<string, Stage>();
  for (const row of rows) {
    const phase = phases[Math.floor((open.indexOf(row) * phases.length) / open.length)] ?? null;
    byName.set(firstText(row, ["ApiName", "MasterLabel"]) ?? "", {
      ...{ order: Number(row.SortOrder ?? 0), isClosed: row.IsClosed === true, phase },
    });
  }
  memory.stages = { byName, readAt: at };
  return byName;
}
