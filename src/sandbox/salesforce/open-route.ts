import type { Answer, Received } from "../http.ts";
import type { ErrorEntry } from "./errors.ts";
import type { LockCheck } from "./locks.ts";

/** A request to an endpoint that knows who calls by other means than the Authorization header of REST. */
export type OpenCall = Received & {
  params: Record<string, string>;
  /** Throws of rows that a fault locks for this request. */
  isStruck: LockCheck;
};

/** Whose request it is, for the log and for faults of one org. */
export type OpenCaller = { orgId: string; userId: string };

/** Login, identity and SOAP. `handle` throws SalesforceError and RefusedAnswer. */
export type OpenRoute = {
  method: "GET" | "POST";
  paths: string[];
  /** Null of nobody known; without it nobody is. */
  caller?(received: Received): OpenCaller | null;
  /** What REST would refuse with these words, in the endpoint's own shape; without it they stay. */
  refuse?(status: number, entry: ErrorEntry): Answer;
  handle(call: OpenCall): Answer | Promise<Answer>;
};
