import { isObject } from "../control-input.ts";
import type { Answer } from "../http.ts";

/** The records that a batch names: its inputs, and what an input is associated with. */
export function recordsNamed(body: unknown): ReadonlySet<string> {
  return new Set(inputsOf(body).flatMap((input) => [...idsOf(input)]));
}

/** The body without the inputs that name this record. */
export function withoutRecord(body: unknown, record: string): unknown {
  if (!isObject(body)) return body;
  return { ...body, inputs: inputsOf(body).filter((input) => !idsOf(input).has(record)) };
}

/** A batch's answer in which the inputs that name this record failed: 207, whatever it would have been (hubspot.md §3.4). */
export function withFailure(answer: Answer, body: unknown, failed: { record: string; category: string }): Answer {
  const inputs = inputsOf(body).filter((input) => idsOf(input).has(failed.record));
  const entries = inputs.map((input) => entryOf(input, failed.category));
  const { numErrors: _count, errors, ...rest } = isObject(answer.body) ? answer.body : {};
  const all = [...(Array.isArray(errors) ? errors : []), ...entries];
  return { ...answer, status: 207, body: { ...rest, numErrors: all.length, errors: all } };
}

function entryOf(input: Record<string, unknown>, category: string): Record<string, unknown> {
  const traceId = input.objectWriteTraceId;
  const context = typeof traceId === "string" ? { objectWriteTraceId: [traceId] } : { ids: [String(input.id)] };
  return { status: "error", category, message: "This record could not be handled.", context, errors: [], links: {} };
}

function inputsOf(body: unknown): Record<string, unknown>[] {
  const inputs = isObject(body) ? body.inputs : null;
  return Array.isArray(inputs) ? inputs.filter(isObject) : [];
}

function idsOf({ id, associations }: Record<string, unknown>): Set<string> {
  const targets = Array.isArray(associations) ? associations.filter(isObject).map(({ to }) => to) : [];
  const ids = [id, ...targets.filter(isObject).map((target) => target.id)];
  return new Set(ids.filter((each) => typeof each === "string" || typeof each === "number").map(String));
}
