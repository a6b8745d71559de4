import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { Unit } from "../unit.ts";
import { bodyOf, type Call, isRecord, type Route, writerOf } from "./call.ts";
import { fillReferences, referencesIn } from "./references.ts";

/** Several requests in one call (salesforce.md §3.4, §8, 12). */
export const compositeRoutes: readonly Route[] = [
  { method: "POST", paths: ["/composite"], handle: composite },
  { method: "POST", paths: ["/composite/graph"], handle: graphs },
  { method: "POST", paths: ["/composite/batch"], handle: batch },
];

const mostRequests = 25;
/** Of the kinds that take many records each. */
const mostWide = 5;
const mostNodes = 500;
const mostGraphs = 75;
const mostDepth = 15;
const mostKinds = 15;
const mostFailedGraphs = 14;

type Part = { method: string; url: string; referenceId: string; httpHeaders: IncomingHttpHeaders; body: unknown };
type PartAnswer = {
  body: unknown;
  httpHeaders: Readonly<Record<string, string>>;
  httpStatusCode: number;
  referenceId: string;
};

function composite(call: Call): Answer {
  const body = bodyOf(call);
  const parts = readParts(body.compositeRequest, mostRequests);
  const wide = parts.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/.test(url));
  if (wide.length > mostWide)
    throw invalid(`Limit of ${mostWide} exceeded for query and collection subrequests in a composite request`);
  const answers = body.allOrNone === true ? runTogether(call, parts) : runEach(call, parts, call.unit);
  return { status: 200, body: { compositeResponse: answers } };
}

function readParts(given: unknown, most: number): Part[] {
  if (!Array.isArray(given) || given.length === 0) throw invalid("The compositeRequest is missing or empty");
  if (given.length > most) throw invalid(`Limit exceeded: at most ${most} subrequests are allowed`);
  const parts = given.map(readPart);
  const names = new Set(parts.map(({ referenceId }) => referenceId));
  if (names.size < parts.length) throw invalid("Each referenceId must be unique");
  return parts;
}

function readPart(given: unknown): Part {
  const { method, url, referenceId, httpHeaders, body } = isRecord(given) ? given : {};
  if (typeof method !== "string" || typeof url !== "string" || !url.startsWith("/services/data/"))
    throw invalid(`Invalid subrequest: ${JSON.stringify({ method, url })}`);
  if (typeof referenceId !== "string" || !/^[A-Za-z0-9]\w*$/.test(referenceId))
    throw invalid(
      `Provided referenceId ('${String(referenceId)}') must start with a letter or a number, and it can contain only letters, numbers and underscores`,
    );
  const headers = Object.entries(isRecord(httpHeaders) ? httpHeaders : {});
  const named = headers.map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
  return { method, url, referenceId, httpHeaders: Object.fromEntries(named), body };
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, { message, errorCode: "INVALID_INPUT" });
}

/** Each with its own fate; one that refers to a failed one fails too. */
function runEach(call: Call, parts: readonly Part[], unit: Unit): PartAnswer[] {
  const answered = new Map<string, unknown>();
  return parts.map((part) => {
    const answer = runPart(call, part, { unit, answered });
    if (isGood(answer)) answered.set(part.referenceId, answer.body);
    return answer;
  });
}

/** All or nothing: the innocent are told that the transaction was rolled back. */
function runTogether(call: Call, parts: readonly Part[]): PartAnswer[] {
  const answers = call.unit.together(writerOf(call), (unit) => {
    const value = runUntilFailure(call, parts, unit);
    return { value, isKept: value.every(isGood) };
  });
  const failed = answers.find((answer) => !isGood(answer));
  return failed === undefined
    ? answers
    : parts.map((part) => (part.referenceId === failed.referenceId ? failed : halted(part)));
}

function runUntilFailure(call: Call, parts: readonly Part[], unit: Unit): PartAnswer[] {
  const answered = new Map<string, unknown>();
  const answers: PartAnswer[] = [];
  for (const part of parts) {
    const answer = runPart(call, part, { unit, answered });
    answers.push(answer);
    if (!isGood(answer)) break;
    answered.set(part.referenceId, answer.body);
  }
  return answers;
}

const isGood = ({ httpStatusCode }: PartAnswer): boolean => httpStatusCode < 300 || httpStatusCode === 304;

function halted({ referenceId }: Part): PartAnswer {
  const message = "The transaction was rolled back since another operation in the same transaction failed.";
  return {
    ...{ referenceId, httpStatusCode: 400, httpHeaders: {} },
    body: [{ errorCode: "PROCESSING_HALTED", message }],
  };
}

type Place = { unit: Unit; answered: ReadonlyMap<string, unknown> };

/** Of the outer headers only those that the service hands down reach it: not Sforce-Auto-Assign (salesforce.md §3.4). */
function runPart(call: Call, part: Part, { unit, answered }: Place): PartAnswer {
  const { status, body = null, headers = {} } = answerPart(call, part, { unit, answered });
  return { body, httpHeaders: headers, httpStatusCode: status, referenceId: part.referenceId };
}

function answerPart(call: Call, part: Part, { unit, answered }: Place): Answer {
  try {
    const url = String(fillReferences(part.url, answered));
    const body = fillReferences(part.body, answered);
    return call.answer({ method: part.method, url, headers: part.httpHeaders, body }, unit);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { status: error.status, body: error.entries };
  }
}

/** Each graph is all or nothing; after too many that failed the rest is not tried (salesforce.md §3.1). */
function graphs(call: Call): Answer {
  const { graphs: given } = bodyOf(call);
  if (!Array.isArray(given) || given.length === 0) throw invalid("The graphs are missing or empty");
  if (given.length > mostGraphs) throw invalid(`Limit exceeded: at most ${mostGraphs} graphs are allowed`);
  const read = given.map(readGraph);
  const nodes = read.reduce((sum, { parts }) => sum + parts.length, 0);
  if (nodes > mostNodes) throw invalid(`Limit exceeded: at most ${mostNodes} nodes are allowed in a payload`);
  let failed = 0;
  const answers = read.map(({ graphId, parts }) => {
    const compositeResponse = failed >= mostFailedGraphs ? parts.map(halted) : runTogether(call, parts);
    const isSuccessful = compositeResponse.every(isGood);
    if (!isSuccessful) failed += 1;
    return { graphId, graphResponse: { compositeResponse }, isSuccessful };
  });
  return { status: 200, body: { graphs: answers } };
}

function readGraph(given: unknown): { graphId: string; parts: Part[] } {
  const { graphId, compositeRequest } = isRecord(given) ? given : {};
  if (typeof graphId !== "string" || graphId === "") throw invalid("Each graph needs a graphId");
  const parts = readParts(compositeRequest, mostNodes);
  if (new Set(parts.map(kindOf)).size > mostKinds)
    throw invalid(`Limit exceeded: a graph may have ${mostKinds} kinds of nodes`);
  if (depthOf(parts) > mostDepth) throw invalid(`Limit exceeded: a graph may be ${mostDepth} deep`);
  return { graphId, parts };
}

/** What is done to which object: which of its records does not count. */
function kindOf({ method, url }: Part): string {
  const [, , , , area = "", object = ""] = url.split("?")[0]?.split("/") ?? [];
  return `${method} ${area} ${object}`;
}

/** How long the longest chain of references is, in nodes. */
function depthOf(parts: readonly Part[]): number {
  const depths = new Map<string, number>();
  for (const { referenceId, url, body } of parts) {
    const below = referencesIn({ url, body }).map((name) => depths.get(name) ?? 0);
    depths.set(referenceId, 1 + Math.max(0, ...below));
  }
  return Math.max(0, ...depths.values());
}

/** Requests that have nothing to do with each other. */
function batch(call: Call): Answer {
  const { batchRequests: given, haltOnError } = bodyOf(call);
  if (!Array.isArray(given) || given.length === 0) throw invalid("The batchRequests are missing or empty");
  if (given.length > mostRequests) throw invalid(`Limit exceeded: at most ${mostRequests} subrequests are allowed`);
  let isHalted = false;
  const results = given.map((each: unknown) => {
    const { method, url, richInput } = isRecord(each) ? each : {};
    if (isHalted)
      return {
        statusCode: 412,
        result: [{ errorCode: "BATCH_PROCESSING_HALTED", message: "Batch processing halted per request" }],
      };
    const target = `/services/data/${String(url).replace(/^\/?(services\/data\/)?/, "")}`;
    const answer = call.answer({ method: String(method), url: target, headers: {}, body: richInput }, call.unit);
    if (answer.status >= 400 && haltOnError === true) isHalted = true;
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return { status: 200, body: { hasErrors: results.some(({ statusCode }) => statusCode >= 400), results } };
}
