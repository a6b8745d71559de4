import { ZenEngine } from "@gorules/zen-engine";
import { parse } from "@marcbachmann/cel-js";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import { Engine, type TopLevelCondition } from "json-rules-engine";
import { type BenchLead, type BenchRule, type Line, plainName } from "./engine-world.ts";

/** The index of the first rule that matches each lead; -1: none does. */
export type Rival = (leads: readonly BenchLead[]) => Promise<number[]>;

/** The same rules in the words of each package, in the fastest form that its own documentation shows. */
export const rivals: Readonly<Record<string, (rules: readonly BenchRule[]) => Rival>> = {
  "@marcbachmann/cel-js": cel,
  "json-logic-js": logic,
  "@gorules/zen-engine": zen,
  "json-rules-engine": rulesEngine,
};

const listOf = (value: Line["value"]): readonly (string | number)[] => (typeof value === "object" ? value : [value]);

/** An expression for each rule, parsed once. */
function cel(rules: readonly BenchRule[]): Rival {
  const inWords = ({ field, operator, value }: Line): string => {
    const name = `lead.${plainName(field)}`;
    if (operator === "gte") return `${name} >= ${value}.0`;
    return operator === "in" ? `${name} in ${JSON.stringify(value)}` : `${name} != ${JSON.stringify(value)}`;
  };
  const expressions = rules.map((rule) => parse(rule.map(inWords).join(" && ")));
  return async (leads) => leads.map(({ plain }) => expressions.findIndex((holds) => holds({ lead: plain }) === true));
}

/** One chain of ifs. */
function logic(rules: readonly BenchRule[]): Rival {
  const names = { in: "in", not_equals: "!=", gte: ">=" } as const;
  const toLogic = ({ field, operator, value }: Line) => ({ [names[operator]]: [{ var: plainName(field) }, value] });
  const chain = { if: [...rules.flatMap((rule, at) => [{ and: rule.map(toLogic) }, at]), -1] };
  return async (leads) => leads.map(({ plain }) => Number(jsonLogic.apply(chain as RulesLogic, plain)));
}

/** A decision table with the hit policy "first", a hundred leads at a time: both cores work. */
function zen(rules: readonly BenchRule[]): Rival {
  const fields = [...new Set(rules.flatMap((rule) => rule.map((line) => plainName(line.field))))];
  const cell = ({ operator, value }: Line): string => {
    if (operator === "gte") return `>= ${value}`;
    return operator === "in"
      ? listOf(value)
          .map((each) => JSON.stringify(each))
          .join(", ")
      : `$ != ${JSON.stringify(value)}`;
  };
  const table = {
    hitPolicy: "first",
    inputs: fields.map((field) => ({ id: field, name: field, type: "expression", field })),
    outputs: [{ id: "out", name: "rule", type: "expression", field: "rule" }],
    rules: rules.map((rule, at) => ({
      _id: String(at),
      ...Object.fromEntries(fields.map((field) => [field, ""])),
      ...Object.fromEntries(rule.map((line) => [plainName(line.field), cell(line)])),
      out: String(at),
    })),
  };
  const decision = new ZenEngine().createDecision({
    nodes: [
      { id: "in", name: "Request", type: "inputNode", position: { x: 0, y: 0 } },
      { id: "table", name: "Table", type: "decisionTableNode", position: { x: 1, y: 0 }, content: table },
      { id: "end", name: "Response", type: "outputNode", position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: "a", sourceId: "in", targetId: "table", type: "edge" },
      { id: "b", sourceId: "table", targetId: "end", type: "edge" },
    ],
  });
  return async (leads) => {
    const found: number[] = [];
    for (let from = 0; from < leads.length; from += 100) {
      const answers = await Promise.all(leads.slice(from, from + 100).map(({ plain }) => decision.evaluate(plain)));
      for (const { result } of answers) found.push(typeof result?.rule === "number" ? result.rule : -1);
    }
    return found;
  };
}

/** Falling priorities, and an end at the first success. */
function rulesEngine(rules: readonly BenchRule[]): Rival {
  const names = { in: "in", not_equals: "notEqual", gte: "greaterThanInclusive" } as const;
  const engine = new Engine([], { allowUndefinedFacts: true });
  let hit = -1;
  for (const [at, rule] of rules.entries()) {
    const all = rule.map(({ field, operator, value }) => ({
      fact: plainName(field),
      operator: names[operator],
      value,
    }));
    engine.addRule({
      conditions: { all } as TopLevelCondition,
      priority: rules.length - at,
      event: { type: String(at) },
      onSuccess: () => {
        if (hit === -1) hit = at;
        engine.stop();
      },
    });
  }
  return async (leads) => {
    const found: number[] = [];
    for (const { plain } of leads) {
      hit = -1;
      await engine.run({ ...plain });
      found.push(hit);
    }
    return found;
  };
}
