import { z } from "zod";
import type { Changes } from "./changes.ts";
import { Invalid, type Problem } from "./invalid.ts";
import { isPolicy } from "./is-policy.ts";
import { readDocument } from "./policy-document.ts";
import { didYouMean } from "./suggest.ts";

const text = z.union([z.string(), z.number().transform(String)]);

const shape = z.strictObject({
  without: z.array(text).default([]),
  weights: z.record(z.string(), z.number()).default({}),
  add: z.array(z.strictObject({ name: text, team: text })).default([]),
  away: z.array(z.strictObject({ rep: text, from: text, to: text })).default([]),
  move: z.record(z.string(), text).default({}),
});

const aPolicy = `this is a policy; a file of changes has some of the keys ${Object.keys(shape.shape).join(", ")}, such as move: { NL: dach }`;

/**
 * A YAML or JSON file of changes: `without` (reps), `weights` (rep: weight), `add` (name, team), `away` (rep, from, to)
 * and `move` (country: territory). Throws `Invalid` with every problem and its line.
 */
export function parseChanges(source: string, what: string): Changes {
  const document = readDocument(source);
  if (isPolicy(document.value)) throw new Invalid(what, [document.problemAt([], aPolicy)]);
  const parsed = shape.safeParse(document.value ?? {});
  const problems: Problem[] = [...document.problems];
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.filter((part) => typeof part !== "symbol");
    if (issue.code !== "unrecognized_keys") problems.push(document.problemAt(path, issue.message));
    else
      for (const key of issue.keys)
        problems.push(document.problemAt([...path, key], `is not known${didYouMean(key, Object.keys(shape.shape))}`));
  }
  if (!parsed.success || problems.length > 0) throw new Invalid(what, problems);
  const { weights, move, ...lists } = parsed.data;
  return {
    ...lists,
    weights: Object.entries(weights).map(([rep, weight]) => ({ rep, weight })),
    move: Object.entries(move).map(([country, territory]) => ({ country, territory })),
  };
}
