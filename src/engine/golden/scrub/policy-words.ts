import type { ConditionLine, Policy } from "../../policy.ts";
import { linesOf } from "../../policy.ts";
import { conditionsOf } from "../../policy-rules.ts";

/** What a policy says in its own words, which nobody can take out of it: a golden lead may say that much too. */
export type PolicyWords = {
  /** Every line of every condition. */
  lines: readonly ConditionLine[];
  /** Is it written in the policy, whatever the case? */
  names(text: string): boolean;
  /** Words that conditions look for in these fields (as conditions name them) and that stand in `text`, in its order. */
  foundIn(text: string, fields: readonly string[]): string[];
};

export const folded = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

export function policyWords(policy: Policy): PolicyWords {
  const lines = conditionsOf(policy).flatMap(linesOf);
  const written = new Set<string>();
  gather(policy, written);
  for (const rep of Object.keys(policy.reps)) written.add(folded(rep));
  return {
    lines,
    names: (text) => written.has(folded(text)),
    foundIn: (text, fields) =>
      inOrder(
        folded(text),
        [
          ...lines.filter(({ field }) => fields.includes(field)).flatMap(wordsOf),
          ...(fields.includes("account.name") ? policy.territories.flatMap(({ accounts }) => accounts) : []),
        ].map(folded),
      ),
  };
}

function gather(part: unknown, into: Set<string>): void {
  if (typeof part === "string") into.add(folded(part));
  if (typeof part === "object" && part !== null) for (const value of Object.values(part)) gather(value, into);
}

/** Of a pattern the words that it spells out. */
function wordsOf({ operator, value }: ConditionLine): string[] {
  const texts = (Array.isArray(value) ? value : [value ?? ""]).map(String);
  if (operator !== "matches") return texts;
  return texts.flatMap((pattern) => pattern.replace(/\\[a-zA-Z]/g, " ").split(/[^\p{L}\p{N} ]+/u));
}

/** Without those that stand inside of another one. */
function inOrder(text: string, words: readonly string[]): string[] {
  const found = [...new Set(words.map((word) => word.trim()))].filter((word) => word !== "" && text.includes(word));
  return found
    .filter((word) => !found.some((other) => other !== word && other.includes(word)))
    .sort((a, b) => text.indexOf(a) - text.indexOf(b));
}
