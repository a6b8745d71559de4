import { setImmediate } from "node:timers/promises";
import { Connection } from "jsforce";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import type { Fault } from "../../../src/sandbox/salesforce/faults.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { eventually } from "../../eventually.ts";
import { startWorld, type World } from "./world.ts";

/** An answer over plain HTTP. `body`: parsed when it is JSON, null when there is none. */
export type Answered = { status: number; body: unknown; headers: Headers };

export type Request = { body?: unknown; headers?: Record<string, string>; version?: string };

/** The world, and how a plain client sees it. */
export type Conformance = World & {
  /** `path` is below "/services/data/v66.0". */
  call(method: string, path: string, request?: Request): Promise<Answered>;
  /** jsforce as somebody else: a rep at his desk. */
  connectionOf(userId: string): Connection;
  /** A stored record, or {} of one that was never there. */
  rowOf(object: string, id: string): Row;
  /** A Lead that is there already, with what else it holds. */
  aLead(values?: Row): string;
  addFault(fault: Partial<Fault> & { kind: Fault["kind"] }): void;
  /** Waits until so many requests have come since the start; those that can go on have done so. */
  arrived(count: number): Promise<void>;
};

export async function startConformance(): Promise<Conformance> {
  const world = await startWorld();
  const { salesforce, org, conn } = world;
  return {
    ...world,
    async call(method, path, { body, headers = {}, version = "66.0" } = {}) {
      const response = await fetch(`${salesforce.url}/services/data/v${version}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${conn.accessToken}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : readBody(text), headers: response.headers };
    },
    connectionOf(userId) {
      const { token } = salesforce.sessions.issue({ orgId: org.id, userId, clientId: "test", scopes: ["api"] });
      return new Connection({ instanceUrl: salesforce.url, accessToken: token, version: "66.0" });
    },
    rowOf: (object, id) => tableOf(org, object).get(id) ?? {},
    aLead: (values = {}) =>
      putRow(org, "Lead", {
        ...{ LastName: "Berg", Name: "Berg", Company: "Acme", OwnerId: world.userId, ...values },
      }),
    async arrived(count) {
      await eventually(() => salesforce.requests.list().length >= count);
      await setImmediate();
    },
    addFault: (fault) => void salesforce.faults.add({ route: "*", ...fault }),
  };
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The errorCode that a jsforce call was refused with; "taken" of one that was not refused. */
export async function codeOf(answer: PromiseLike<unknown>): Promise<string> {
  return (await errorOf(answer))?.errorCode ?? "taken";
}

export type ApiError = { errorCode: string; message: string; data: unknown };

/** What jsforce throws; null when it does not. Anything that is not of the API is thrown on. */
export async function errorOf(answer: PromiseLike<unknown>): Promise<ApiError | null> {
  try {
    await answer;
    return null;
  } catch (error) {
    if (error instanceof Error && "errorCode" in error && "data" in error) return error as Error & ApiError;
    throw error;
  }
}

/** One request of a composite. */
export const part = (method: string, path: string, body?: unknown, httpHeaders?: Record<string, string>) => ({
  ...{ method, url: `/services/data/v66.0${path}`, body, httpHeaders },
});

/** Parts with the reference ids that are their names. */
export const composite = (parts: Record<string, ReturnType<typeof part>>, allOrNone = false) => ({
  allOrNone,
  compositeRequest: Object.entries(parts).map(([referenceId, each]) => ({ ...each, referenceId })),
});

export type PartAnswer = {
  referenceId: string;
  httpStatusCode: number;
  body: unknown;
  httpHeaders: Record<string, string>;
};

/** What jsforce hands back of a composite. */
export async function sendComposite(conn: Connection, body: unknown): Promise<PartAnswer[]> {
  return (await conn.requestPost<{ compositeResponse: PartAnswer[] }>("/composite", Object(body))).compositeResponse;
}

/** What became of a row of a collection; jsforce's types do not know its `statusCode`. */
export const fateOf = ({ success, errors }: { success: boolean; errors: readonly object[] }): string =>
  success ? "taken" : String(Reflect.get(errors[0] ?? {}, "statusCode"));
