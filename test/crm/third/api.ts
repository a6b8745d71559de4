import { type Caller, createCaller } from "../../../src/crm/caller.ts";
import type { ConnectOptions, Page, Pay } from "../../../src/crm/crm.ts";
import type { Fields } from "../../../src/crm/values.ts";
import { CrmError, type CrmErrorKind } from "../../../src/errors.ts";

type Request = { method: "GET" | "POST" | "PATCH" | "DELETE"; url: string; effect: "read" | "write"; body?: string };
/** A record of any table, as Third sends it. */
export type Row = Fields & { id: string; created_at: string; changed_at: string };
export type Table = "leads" | "accounts" | "deals" | "users" | "tasks" | "calls";

/** Who did something: a person, or an app. */
export type Author = { kind: "user" | "app"; id: string };

type Answer = Fields;

/** The calls of one account. */
export type Api = {
  get(path: string, pay: Pay): Promise<Answer>;
  /** Ends the app's access. */
  leave(pay: Pay): Promise<void>;
  /** Those whose field has one of these values; of the page after an id. */
  find(table: Table, query: Query, pay: Pay): Promise<Page<Row>>;
  /** Of all pages. */
  findAll(table: Table, query: Query, pay: Pay): Promise<readonly Row[]>;
  /** A result for each item, in their order. */
  write(method: "POST" | "PATCH", table: Table, work: { items: readonly object[]; pay: Pay }): Promise<Result[]>;
};

type Query = Readonly<Record<string, string | readonly string[]>>;

/** Of one row of a write; `id` beside an error: of the row that has its key already. */
export type Result = { id: string; error?: string } | { error: string; id?: string };

export function createApi(baseUrl: string, options: Pick<ConnectOptions, "tokens" | "throttle">): Api {
  const inItsName: Caller = createCaller(options);
  const send = (request: Request, pay: Pay) => inItsName(pay, ({ token }) => deliver(request, token));
  const get: Api["get"] = (path, pay) => send({ method: "GET", url: baseUrl + path, effect: "read" }, pay);
  const find: Api["find"] = async (table, query, pay) => {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]),
    );
    const { items, next } = await get(`/records/${table}?${search}`, pay);
    return { items: items as Row[], next: next as string | null };
  };
  return {
    get,
    leave: async (pay) => void (await send({ method: "DELETE", url: `${baseUrl}/me`, effect: "write" }, pay)),
    find,
    async findAll(table, query, pay) {
      const rows: Row[] = [];
      for (let page = await find(table, query, pay); ; ) {
        rows.push(...page.items);
        if (page.next === null) return rows;
        page = await find(table, { ...query, after: page.next }, { lane: pay.lane });
      }
    },
    async write(method, table, { items, pay }) {
      const url = `${baseUrl}/records/${table}`;
      const body = JSON.stringify({ items });
      return (await send({ method, url, effect: "write", body }, pay)).results as Result[];
    },
  };
}

/** One request. Throws CrmError: of a write without an answer, and of one that the server gave up on, the fate is open. */
export async function deliver({ method, url, effect, body }: Request, token: string | null): Promise<Answer> {
  const open: CrmErrorKind = effect === "read" ? "unavailable" : "unknown-outcome";
  const what = `${method} ${new URL(url).pathname}`;
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body }),
    headers:
      token === null ? { "content-type": "application/x-www-form-urlencoded" } : { authorization: `Bearer ${token}` },
  }).catch((cause: unknown) => {
    throw new CrmError(open, `Third did not answer ${what}.`, { cause });
  });
  const answer = await response.json().catch((cause: unknown) => {
    throw new CrmError(open, `Third broke off its answer to ${what}.`, { cause });
  });
  if (response.ok) return answer as Answer;
  const { status } = response;
  const kind = status >= 500 ? open : (kinds[status] ?? "rejected");
  throw new CrmError(kind, `Third answered ${what} with ${status}.`, {
    status,
    rule: String((answer as Answer).error ?? status),
  });
}

const kinds: Readonly<Record<number, CrmErrorKind>> = {
  401: "unauthorized",
  403: "missing-scope",
  404: "not-found",
  423: "locked",
  429: "rate-limited",
};
