import type { Answer } from "../http.ts";
import { validationError } from "./object-errors.ts";
import type { Call } from "./portal.ts";

/**
 * A `BatchResponse` (hubspot.md §3.4). With errors the status is 207, whatever it would have been. Results come in no
 * particular order, so that nobody relies on the order of the inputs.
 */
export function batchAnswer(
  { now, random }: Call,
  { status, results, errors }: { status: number; results: unknown[]; errors: unknown[] },
): Answer {
  const at = new Date(now).toISOString();
  const body = { status: "COMPLETE", results: shuffle(results, random), startedAt: at, completedAt: at };
  if (errors.length === 0) return { status, body };
  return { status: 207, body: { ...body, numErrors: errors.length, errors } };
}

/** The one error that lists all ids of a batch that are not there. */
export function missingEntry(typeName: string, ids: string[]): Record<string, unknown> {
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `Could not get some ${typeName.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
    errors: [],
    links: {},
  };
}

/** 400 when one record is named twice (hubspot.md §3.4). */
export function refuseDuplicates(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw validationError(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`);
    seen.add(id);
  }
}

/** The same items in an order drawn from `random`. */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [shuffled[index], shuffled[other]];
    if (a === undefined || b === undefined) continue;
    shuffled[index] = b;
    shuffled[other] = a;
  }
  return shuffled;
}
