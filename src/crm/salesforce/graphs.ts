import { CrmError } from "../../errors.ts";
import type { Pay } from "../crm.ts";
import { type Failure, failuresIn, graphAnswer } from "./answers.ts";
import type { Context } from "./context.ts";
import { codeOf } from "./errors.ts";
import { apiVersion, clientName, writeHeaders } from "./settings.ts";

/** salesforce.md §3.1: graphs of one call, and nodes of them all. */
export const mostGraphs = 75;
const mostNodes = 500;

/** One record of a graph. Nodes may refer to earlier ones: `@{task.id}`. */
export type Node = {
  method: "PATCH" | "POST";
  /** "Task", or "Lead/00Q…". */
  path: string;
  /** Letters, digits and underscores; once in its graph. */
  referenceId: string;
  body: Readonly<Record<string, unknown>>;
};

/** What Salesforce says of one record. */
export type Refused = { referenceId: string; failure: Failure };

/** What became of a graph, all of it. */
export type GraphResult =
  /** `ids`: of the records that were made, by `referenceId`. */
  | { kind: "done"; ids: ReadonlyMap<string, string> }
  /** Nothing of it was done, because of these. */
  | { kind: "refused"; refused: readonly [Refused, ...Refused[]] }
  /** Too many others of its call failed (salesforce.md §3.1). */
  | { kind: "not-begun" }
  /** The answer does not say. */
  | { kind: "unmentioned" }
  /** Its call failed as a whole. */
  | { kind: "failed"; error: CrmError };

/** No node inherits the headers of its call (salesforce.md §3.4). */
const nodeHeaders = { ...writeHeaders, "Sforce-Call-Options": `client=${clientName}` };

/**
 * Writes graphs, each all or nothing, and gives their results in the same order. One call for each 75 graphs; those that
 * Salesforce did not begin with go again, as long as that gets any further. Throws what has nothing to do with a graph: the grant
 * is gone, or the throttle closed.
 */
export async function sendGraphs(
  context: Context,
  graphs: readonly (readonly Node[])[],
  pay: Pay,
): Promise<GraphResult[]> {
  const results: GraphResult[] = graphs.map(() => ({ kind: "not-begun" }));
  let turn = pay;
  let left = graphs.map((_, at) => at);
  while (left.length > 0) {
    const call = firstCall(graphs, left);
    const answers = await sendCall(
      context,
      call.map((at) => graphs[at] ?? []),
      turn,
    );
    turn = { lane: pay.lane };
    for (const [position, answer] of answers.entries()) results[call[position] ?? -1] = answer;
    const notBegun = call.filter((_, position) => answers[position]?.kind === "not-begun");
    const goAgain = notBegun.length < call.length ? notBegun : [];
    left = [...goAgain, ...left.slice(call.length)];
  }
  turn.permit?.release();
  return results;
}

/** Those of the left ones that one call takes. */
function firstCall(graphs: readonly (readonly Node[])[], left: readonly number[]): number[] {
  const call: number[] = [];
  let nodes = 0;
  for (const at of left.slice(0, mostGraphs)) {
    nodes += graphs[at]?.length ?? 0;
    if (call.length > 0 && nodes > mostNodes) break;
    call.push(at);
  }
  return call;
}

async function sendCall(context: Context, graphs: readonly (readonly Node[])[], pay: Pay): Promise<GraphResult[]> {
  const body = {
    graphs: graphs.map((nodes, at) => ({ graphId: String(at), compositeRequest: nodes.map(requestOf) })),
  };
  const request = { method: "POST", path: "/composite/graph", effect: "write", body } as const;
  try {
    const answer = await context.api(request, graphAnswer, pay);
    const byId = new Map(answer.graphs.map((graph) => [graph.graphId, graph]));
    return graphs.map((_, at) => resultOf(byId.get(String(at))));
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    return graphs.map(() => ({ kind: "failed", error }));
  }
}

const requestOf = ({ method, path, referenceId, body }: Node) => ({
  ...{ method, url: `/services/data/v${apiVersion}/sobjects/${path}`, referenceId },
  ...{ httpHeaders: nodeHeaders, body },
});

type Answered = {
  graphResponse: { compositeResponse: readonly { body: unknown; referenceId: string }[] };
  isSuccessful: boolean;
};

function resultOf(graph: Answered | undefined): GraphResult {
  if (graph === undefined) return { kind: "unmentioned" };
  const parts = graph.graphResponse.compositeResponse;
  if (graph.isSuccessful)
    return { kind: "done", ids: new Map(parts.flatMap(({ body, referenceId }) => idIn(body, referenceId))) };
  const told = parts.flatMap(({ body, referenceId }) => failuresIn(body).map((failure) => ({ failure, referenceId })));
  const [first, ...more] = told.filter(({ failure }) => codeOf(failure) !== "PROCESSING_HALTED");
  if (first !== undefined) return { kind: "refused", refused: [first, ...more] };
  return { kind: told.length > 0 ? "not-begun" : "unmentioned" };
}

function idIn(body: unknown, referenceId: string): [string, string][] {
  const id = typeof body === "object" && body !== null && "id" in body ? body.id : null;
  return typeof id === "string" ? [[referenceId, id]] : [];
}
