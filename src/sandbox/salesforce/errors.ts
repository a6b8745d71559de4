import type { Answer } from "../http.ts";

/** One entry of an error body: REST answers an array of these (salesforce.md §3.2). */
export type ErrorEntry = { message: string; errorCode: string; fields?: readonly string[] } & Record<string, unknown>;

/** What Salesforce refuses, with its HTTP status and its own words. */
export class SalesforceError extends Error {
  readonly status: number;
  readonly entries: readonly ErrorEntry[];
  constructor(status: number, entry: ErrorEntry, ...more: readonly ErrorEntry[]) {
    super(`${entry.errorCode}: ${entry.message}`);
    this.status = status;
    this.entries = [entry, ...more];
  }
}

/** What an endpoint refuses in a shape of its own. */
export class RefusedAnswer extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`Refused with ${answer.status}`);
    this.answer = answer;
  }
}
