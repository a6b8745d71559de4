import type { z } from "zod";
import type { Pay } from "../crm.ts";
import { compositeAnswer, queryAnswer } from "./answers.ts";
import type { Context } from "./context.ts";
import { errorOf, surprise } from "./errors.ts";
import { orAskAgain } from "./look-again.ts";
import { apiVersion } from "./settings.ts";

export type Row = Readonly<Record<string, unknown>>;
type Answered = z.infer<typeof queryAnswer>;

/** salesforce.md §3.1: queries of one composite. */
export const mostTogether = 5;

const base = `/services/data/v${apiVersion}`;

/** A query; one for records that are deleted or archived besides. */
type Asked = string | { deletedToo: string };

/**
 * The rows of several queries, in one call for each five of them, and one more for each further page. Null: a query that is
 * left out, without rows. Throws CrmError when one of them is refused.
 */
export async function queryTogether(context: Context, queries: readonly (Asked | null)[], pay: Pay): Promise<Row[][]> {
  const asked = queries.filter((query) => query !== null);
  const answers: Row[][] = [];
  let turn = pay;
  for (let from = 0; from < asked.length; from += mostTogether) {
    answers.push(...(await askTogether(context, asked.slice(from, from + mostTogether), turn)));
    turn = { lane: pay.lane };
  }
  turn.permit?.release();
  return queries.map((query) => (query === null ? [] : (answers.shift() ?? [])));
}

/** The rows of one query, all pages. */
export async function query(context: Context, soql: string, pay: Pay): Promise<Row[]> {
  const request = { method: "GET", path: `/query?q=${encodeURIComponent(soql)}`, effect: "read" } as const;
  const first = await context.api(request, queryAnswer, pay).catch((error: unknown) => {
    throw orAskAgain(context, error);
  });
  return withRest(context, first, { lane: pay.lane });
}

/** The rows of a subquery in a row; none, and no call, where it has none. Further pages are one call each. */
export async function childrenOf(context: Context, row: Row, relationship: string, pay: Pay): Promise<Row[]> {
  const parsed = queryAnswer.safeParse(row[relationship]);
  return parsed.success ? withRest(context, parsed.data, { lane: pay.lane }) : [];
}

const urlOf = (asked: Asked): string =>
  typeof asked === "string"
    ? `${base}/query?q=${encodeURIComponent(asked)}`
    : `${base}/queryAll?q=${encodeURIComponent(asked.deletedToo)}`;

async function askTogether(context: Context, queries: readonly Asked[], pay: Pay): Promise<Row[][]> {
  const compositeRequest = queries.map((asked, index) => ({
    ...{ method: "GET", referenceId: `q${index}` },
    url: urlOf(asked),
  }));
  const request = { method: "POST", path: "/composite", effect: "read", body: { compositeRequest } } as const;
  const { compositeResponse } = await context.api(request, compositeAnswer, pay);
  const found: Row[][] = [];
  for (const [index] of queries.entries()) {
    const part = compositeResponse.find(({ referenceId }) => referenceId === `q${index}`);
    if (part === undefined) throw surprise(request, 200);
    const { httpStatusCode: status, body } = part;
    if (status >= 300) throw orAskAgain(context, errorOf(request, { status, headers: {}, body }, context.now()));
    const parsed = queryAnswer.safeParse(body);
    if (!parsed.success) throw surprise(request, status);
    found.push(await withRest(context, parsed.data, { lane: pay.lane }));
  }
  return found;
}

/** Pages get smaller as rows get wider: `done` alone tells the last one (salesforce.md §7.2). */
async function withRest({ api }: Context, first: Answered, pay: Pay): Promise<Row[]> {
  const rows = [...first.records];
  for (let page = first; !page.done && page.nextRecordsUrl !== undefined; rows.push(...page.records))
    page = await api({ method: "GET", path: page.nextRecordsUrl, effect: "read" }, queryAnswer, pay);
  return rows;
}
