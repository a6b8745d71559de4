import { parseQuery } from "../../src/sandbox/salesforce/soql/parse-query.ts";
import type { Literal, Query } from "../../src/sandbox/salesforce/soql/query.ts";
import type { SalesforceRequest } from "../../src/sandbox/salesforce/state.ts";

/** A query as Salesforce understands it: all but its texts, which two of one shape differ in alone, and the texts. */
export type Read = { shape: string; texts: readonly string[] };

const isText = (value: unknown): value is Extract<Literal, { kind: "text" }> =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "text";

/** Lists of texts count as one: how many there are is not what a query asks. */
export function readSoql(soql: string): Read {
  const query: Query = parseQuery(soql);
  const texts: string[] = [];
  const shape = JSON.stringify(query, (key, value: unknown) => {
    if (key === "at") return undefined;
    if (isText(value)) texts.push(value.value);
    if (!Array.isArray(value) || value.length === 0 || !value.every(isText)) return isText(value) ? "text" : value;
    texts.push(...value.map((each) => each.value));
    return "texts";
  });
  return { shape, texts };
}

/** Every query that these requests asked, in a call of its own or with others in a composite. */
export function queriesOf(requests: readonly SalesforceRequest[]): string[] {
  return requests.flatMap(({ path, query, body }) => {
    if (path.endsWith("/query")) return query.q ?? [];
    if (!path.endsWith("/composite")) return [];
    const { compositeRequest } = body as { compositeRequest: readonly { url: string }[] };
    return compositeRequest.flatMap(({ url }) => new URL(url, "http://org").searchParams.get("q") ?? []);
  });
}
