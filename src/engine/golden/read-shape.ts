import type { z } from "zod";
import type { Problem } from "../invalid.ts";
import { type PolicyDocument, readDocument } from "../policy-document.ts";
import { shapeProblems } from "../shape-message.ts";

export type Read<T> = { document: PolicyDocument; value: T | null; problems: readonly Problem[] };

/** What is said of a file that has no key of a golden lead or world. */
const neither = () => "is neither a golden lead nor, below worlds/, a world: it has no key of one";

/**
 * A YAML or JSON text of this shape; null with everything that is wrong with it. `otherwise` says what one is that has no
 * key of it.
 */
export function readShape<Shape extends z.ZodObject>(
  text: string,
  shape: Shape,
  otherwise: (value: unknown) => string = neither,
): Read<z.output<Shape>> {
  const document = readDocument(text);
  if (document.problems.length > 0) return { document, value: null, problems: document.problems };
  if (!hasKeyOf(shape, document.value))
    return { document, value: null, problems: [document.problemAt([], otherwise(document.value))] };
  const result = shape.safeParse(document.value);
  if (result.success) return { document, value: result.data, problems: [] };
  const problems = shapeProblems(shape, result.error.issues, document.value).map(({ path, message }) =>
    document.problemAt(path, message),
  );
  return { document, value: null, problems };
}

/** What has none is another kind of file: one problem says it all. */
const hasKeyOf = (shape: z.ZodObject, value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(shape.shape).some((key) => key in value);
