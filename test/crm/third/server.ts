import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createRecords, type Records, stages, type Table, tables } from "./records.ts";

/** What becomes of one request: it is done or not, and is answered with a status, or not at all. */
export type Fault = { method: string; table: Table; isDone: boolean; status: number | null };

export type ThirdServer = {
  url: string;
  records: Records;
  /** Happens to the next request of its kind. */
  faults: Fault[];
  requests(): number;
  refreshes(): number;
  /** Tokens as if an admin had let the app in. */
  issue(): { access_token: string; refresh_token: string };
  stop(): Promise<void>;
};

export const app = { id: "baton", secret: "secret" };
const byBaton = { kind: "app", id: app.id } as const;
const pageSize = 100;
const hourS = 3_600;

/**
 * A small CRM over HTTP that exists nowhere else: OAuth by code and refresh token, records to read by the values of a field,
 * to create and to change in lists, each row with its own result. It calls nobody, and has no feed of changes.
 */
export async function startThird(now: () => string): Promise<ThirdServer> {
  const records = createRecords(now);
  const faults: Fault[] = [];
  const counts = { requests: 0, refreshes: 0, tokens: 0 };
  let live = { access_token: "", refresh_token: "" };
  const issue = () => {
    counts.tokens += 1;
    live = { access_token: `access-${counts.tokens}`, refresh_token: `refresh-${counts.tokens}` };
    return live;
  };

  function token(form: URLSearchParams): Reply {
    if (form.get("client_id") !== app.id || form.get("client_secret") !== app.secret)
      return { status: 401, body: { error: "invalid_client" } };
    const isRefresh = form.get("grant_type") === "refresh_token";
    const isGood = isRefresh ? form.get("refresh_token") === live.refresh_token : form.get("code") === "let-in";
    if (!isGood) return { status: 400, body: { error: "invalid_grant" } };
    if (isRefresh) counts.refreshes += 1;
    return { status: 200, body: { ...issue(), expires_in: hourS } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://third");
    const [, first, second] = url.pathname.split("/");
    const body = await text(request);
    if (first === "authorize") return redirect(response, url.searchParams);
    if (first === "token") return reply(response, token(new URLSearchParams(body)));
    counts.requests += 1;
    if (request.headers.authorization !== `Bearer ${live.access_token}`)
      return reply(response, { status: 401, body: {} });
    if (first === "me" && request.method === "DELETE") {
      live = { access_token: "", refresh_token: "" };
      return reply(response, { status: 200, body: {} });
    }
    if (first === "me")
      return reply(response, { status: 200, body: { id: "t-1", name: "Acme", zone: "Europe/Berlin" } });
    if (first === "stages") return reply(response, { status: 200, body: { stages } });
    const table = tables.find((name) => name === second);
    if (first !== "records" || table === undefined) return reply(response, { status: 404, body: {} });
    const method = request.method ?? "GET";
    const nth = faults.findIndex((fault) => fault.method === method && fault.table === table);
    const [fault] = nth < 0 ? [] : faults.splice(nth, 1);
    if (fault?.status === 401) live = { ...live, access_token: "" };
    const done = fault?.isDone === false ? {} : perform(records, { method, table, query: url.searchParams, body });
    if (fault === undefined) reply(response, { status: 200, body: done });
    else if (fault.status === null) response.destroy();
    else reply(response, { status: fault.status, body: { error: "asked for" } });
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : null;
  return {
    ...{ url: `http://127.0.0.1:${port}`, records, faults },
    requests: () => counts.requests,
    refreshes: () => counts.refreshes,
    issue,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Reply = { status: number; body: object };
type Asked = { method: string; table: Table; query: URLSearchParams; body: string };

function perform(records: Records, { method, table, query, body }: Asked): object {
  if (method === "GET") return find(records, table, query);
  const { items } = JSON.parse(body) as { items: { id?: string }[] };
  const results = items.map(({ id = "", ...fields }) =>
    method === "POST" ? records.create(table, fields, byBaton) : records.change(table, id, fields, byBaton),
  );
  return { results: results.map((row) => ("error" in row ? row : { id: row.id })) };
}

/** `id=1,2` or any other field, in any case of letters; `changed_since` and `after`, an id. By id, as many as a page holds. */
function find(records: Records, table: Table, query: URLSearchParams): object {
  const { after = "0", changed_since: since = "", ...fields } = Object.fromEntries(query);
  const found = records
    .all(table)
    .filter((row) => Number(row.id) > Number(after) && row.changed_at >= since)
    .filter((row) =>
      Object.entries(fields).every(([name, values]) =>
        values.toLowerCase().split(",").includes(String(row[name]).toLowerCase()),
      ),
    )
    .sort((a, b) => Number(a.id) - Number(b.id));
  const items = found.slice(0, pageSize);
  return { items, next: found.length > items.length ? items.at(-1)?.id : null };
}

/** The admin allows at once. */
function redirect(response: ServerResponse, query: URLSearchParams): void {
  const to = new URL(query.get("redirect_uri") ?? "");
  to.searchParams.set("code", "let-in");
  to.searchParams.set("state", query.get("state") ?? "");
  response.writeHead(302, { location: to.href }).end();
}

function reply(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
