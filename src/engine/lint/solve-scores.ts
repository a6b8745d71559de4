import { operators } from "../operators.ts";
import { type Condition, type ConditionLine, linesOf, type Qualification } from "../policy.ts";
import type { Score } from "../score.ts";
import type { LeadFacts } from "../snapshot.ts";
import { choicesOf, isOwnScore, type OwnSpans, ownSpans } from "./own-score.ts";
import { type ScoreRecipe, scoreRecipes } from "./score-recipes.ts";
import { heldSoFar, type Solver } from "./solve.ts";
import { leadWith, type Values } from "./witness.ts";

/** So many ways to come to a score are tried for one answer. */
const mostTries = 240;

type Scoring = {
  /** Spelled out. */
  qualification: Qualification;
  now: string;
  /** What the policy makes of a lead. */
  scoreOf(lead: LeadFacts): Score | null;
};

/**
 * The solver for a policy that makes the score itself: a lead that it finds has such a score by the rules that give the
 * points. `solverIn` makes one that takes own scores for fields of any value in their spans: what never holds with those
 * never holds.
 */
export function solveScores(solverIn: (spans: OwnSpans) => Solver, { qualification, now, scoreOf }: Scoring): Solver {
  const solver = solverIn(ownSpans(qualification));
  if (qualification.score !== "own") return solver;
  const recipes = scoreRecipes(qualification, now, (holds) => solver.solve({ all: holds }, []).kind === "holds");
  const choices = choicesOf(qualification)?.map((choice) => ({ ...choice, solver: solverIn(choice.spans) }));
  const holdsFor = (condition: Condition, lead: LeadFacts): boolean => {
    const score = scoreOf(lead);
    return solver.holdsFor(score === null ? condition : settled(condition, ownValues(score)), lead);
  };
  return {
    holdsFor,
    solve(holds, fails) {
      const answer = solver.solve(holds, fails);
      const lines = [holds, ...fails].flatMap(linesOf).filter(({ field }) => isOwnScore(field));
      if (answer.kind !== "holds" || lines.length === 0) return answer;
      const asked: Condition = { all: [holds, ...fails.map((not) => ({ not }))] };
      for (const recipe of worthTrying(recipes, asked, lines)) {
        const lead = leadBy(recipe, asked, solver);
        if (lead !== null && holdsFor(asked, lead)) return { kind: "holds", lead };
      }
      const isNever = choices?.every(
        (choice) => choice.solver.solve({ all: [asked, ...choice.holds] }, choice.fails).kind === "never",
      );
      return { kind: isNever === true ? "never" : "undecided" };
    },
  };
}

const ownValues = ({ score, fit, engagement }: Omit<Score, "parts">): Values =>
  new Map([
    ["lead.own.score", String(score)],
    ["lead.own.fitScore", String(fit)],
    ["lead.own.engagementScore", String(engagement)],
  ]);

/** Those whose scores alone do not rule out the condition; of those that its lines cannot tell apart the first. */
function worthTrying(
  recipes: readonly ScoreRecipe[],
  asked: Condition,
  lines: readonly ConditionLine[],
): ScoreRecipe[] {
  const found = new Map<string, ScoreRecipe>();
  for (const recipe of recipes) {
    const values = ownValues(recipe.score);
    const key = [...recipe.rules, ...lines.map((line) => saysOf(line, values))].join(" ");
    const said = (line: ConditionLine) => (isOwnScore(line.field) ? saysOf(line, values) : null);
    if (!found.has(key) && heldSoFar(asked, said) !== false) found.set(key, recipe);
    if (found.size === mostTries) break;
  }
  return [...found.values()];
}

/** A lead for which the condition holds if it comes to the score of the recipe; null: none was found. */
function leadBy({ score, holds, fails, acts }: ScoreRecipe, asked: Condition, solver: Solver): LeadFacts | null {
  const found = solver.solve({ all: [settled(asked, ownValues(score)), ...holds] }, fails);
  return found.kind === "holds" ? leadWith(found.lead, acts) : null;
}

/** The condition for a lead with these own scores. */
function settled(condition: Condition, values: Values): Condition {
  if ("all" in condition) return { all: condition.all.map((inner) => settled(inner, values)) };
  if ("any" in condition) return { any: condition.any.map((inner) => settled(inner, values)) };
  if ("not" in condition) return { not: settled(condition.not, values) };
  if (!isOwnScore(condition.field)) return condition;
  return saysOf(condition, values) ? { all: [] } : { any: [] };
}

function saysOf({ field, operator, value }: ConditionLine, values: Values): boolean {
  const own = values.get(field) ?? null;
  return own === null ? operators[operator].takesMissing : operators[operator].holds(own, value, "");
}
