import type { SalesforceRequest } from "../../../src/sandbox/salesforce/state.ts";
import type { CallKind } from "../points.ts";

type Called = Pick<SalesforceRequest, "method" | "path" | "query" | "body">;

/** What a call is to the leads in it; owner and task are one call (salesforce.md §3.4). */
export function kindsOf(call: Called): CallKind[] {
  const { method, path, query, body } = call;
  if (path.endsWith("/oauth2/token")) return ["token refresh"];
  if (path.endsWith("/query")) return query.q?.includes("SystemModstamp >") ? ["search"] : [];
  if (path.endsWith("/composite")) return JSON.stringify(body).includes("Lead%20WHERE%20Id%20IN") ? ["read"] : [];
  if (path.endsWith("/composite/sobjects") && method === "PATCH")
    return ownersIn(call).length > 0 ? ["owner write"] : [];
  if (!path.endsWith("/composite/graph")) return [];
  const tasks = nodesIn(body).filter((node) => node.url.endsWith("/sobjects/Task"));
  return [
    ...(ownersIn(call).length > 0 ? ["owner write" as const] : []),
    ...(tasks.length > 0 ? ["task write" as const] : []),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** The leads of a write that are to get an owner, with all that is to be set of them. */
export function ownersIn({ path, body }: Pick<Called, "path" | "body">): { leadId: string; fields: Fields }[] {
  const leads = path.endsWith("/composite/sobjects") ? recordsIn(body) : nodesIn(body).flatMap(leadIn);
  return leads.filter(({ fields }) => fields.OwnerId !== undefined);
}

type Node = { url: string; body: Fields };

const listIn = (body: unknown, name: string): Fields[] => {
  const list: unknown = Object(body)[name];
  return Array.isArray(list) ? list : [];
};

const recordsIn = (body: unknown): { leadId: string; fields: Fields }[] =>
  listIn(body, "records")
    .filter(({ attributes }) => Object(attributes).type === "Lead")
    .map((fields) => ({ leadId: String(fields.id), fields }));

const nodesIn = (body: unknown): Node[] =>
  listIn(body, "graphs").flatMap((graph) => listIn(graph, "compositeRequest") as unknown as Node[]);

function leadIn({ url, body }: Node): { leadId: string; fields: Fields }[] {
  const leadId = /\/sobjects\/Lead\/(\w+)$/.exec(url)?.[1];
  return leadId === undefined ? [] : [{ leadId, fields: body }];
}
