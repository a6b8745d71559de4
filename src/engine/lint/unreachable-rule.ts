import { type Condition, linesOf } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { impossibleIn } from "./impossible.ts";
import { isOwnScore, ownSpans } from "./own-score.ts";
import { type ListedRule, type RuleList, ruleLists } from "./rule-lists.ts";
import { show } from "./show.ts";

/** A rule that no lead ever comes to: those before it take all of its leads, or it asks for what cannot be. */
export const unreachableRule: Lint = {
  severity: "error",
  label: "a rule that no lead ever comes to",
  find: (input) => ruleLists(input.policy).flatMap((list) => ofList(list, input)),
};

function ofList({ section, rules }: RuleList, input: LintInput): Found[] {
  const { policy, solver } = input;
  return rules.flatMap((own, at): Found[] => {
    const { name, when } = own;
    const before = rules.slice(0, at).filter((rule) => lastsAsLong(rule, own));
    const answer = solver.solve(
      when,
      before.map((rule) => rule.when),
    );
    if (answer.kind === "holds") return [];
    if (answer.kind === "undecided") {
      const message = `whether any lead comes to ${name} of ${section} cannot be decided: no such lead was found, and that there is none could not be shown`;
      return [{ severity: "note", message, rules: [name], witness: null }];
    }
    const alone = solver.solve(when, []);
    if (alone.kind !== "holds") {
      const why = new Set(linesOf(when).flatMap((line) => impossibleIn(line, ownSpans(policy.qualification))));
      const told = why.size === 0 ? "" : `: ${[...why].join("; ")}`;
      const message = `no lead ever comes to ${name} of ${section}: its condition can never hold${told}`;
      // Nothing is lost by a rule for scores that are missing where none is.
      const isHarmless = solver.solve(whereMissing(when), []).kind !== "never";
      return [{ message, rules: [name], witness: null, ...(isHarmless ? { severity: "warning" as const } : {}) }];
    }
    const takers = takersOf(when, before, input);
    const told = takers.map((rule) => rule.name).join(" and ");
    const taker = before.find((rule) => solver.holdsFor(rule.when, alone.lead));
    const who = takers.length === 1 ? "takes" : "together take";
    return [
      {
        message: `no lead ever comes to ${name} of ${section}: ${told} before it ${who} all of its leads; put it before ${takers.length === 1 ? "that one" : "them"}, or leave it out`,
        rules: [name, ...takers.map((rule) => rule.name)],
        // One that it asks for, and that an earlier rule takes.
        witness: taker === undefined ? null : show(input, alone.lead),
      },
    ];
  });
}

/** The condition as if own scores were missing wherever it asks for that. */
function whereMissing(condition: Condition): Condition {
  if ("all" in condition) return { all: condition.all.map(whereMissing) };
  if ("any" in condition) return { any: condition.any.map(whereMissing) };
  if ("not" in condition) return { not: whereMissing(condition.not) };
  return isOwnScore(condition.field) && condition.operator === "unknown" ? { all: [] } : condition;
}

/** What ends earlier leaves the leads to the other from then on. */
const lastsAsLong = ({ until = null }: ListedRule, { until: end = null }: ListedRule): boolean =>
  until === null || (end !== null && end <= until);

/** A smallest set of the rules before that leaves nothing: without any one of them something is left. */
function takersOf(when: Condition, before: readonly ListedRule[], { solver }: LintInput): readonly ListedRule[] {
  const leavesNothing = (rules: readonly ListedRule[]): boolean =>
    solver.solve(
      when,
      rules.map((rule) => rule.when),
    ).kind === "never";
  const alone = before.find((rule) => leavesNothing([rule]));
  if (alone !== undefined) return [alone];
  let kept = before;
  for (const rule of before) {
    const rest = kept.filter((other) => other !== rule);
    if (leavesNothing(rest)) kept = rest;
  }
  return kept;
}
