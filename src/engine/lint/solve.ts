import { evaluate } from "../conditions.ts";
import { type Condition, type ConditionLine, linesOf } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import { type Cell, cellsOf } from "./field-cells.ts";
import { lineKey, sourceOf } from "./line-key.ts";
import type { OwnSpans } from "./own-score.ts";
import { leadWith, type Values } from "./witness.ts";

/** Is there a lead for which a condition holds? `undecided`: none was found, and that there is none could not be shown. */
export type Answer = { kind: "holds"; lead: LeadFacts } | { kind: "never" } | { kind: "undecided" };

/** So many partly filled-in leads are looked at. */
const mostSteps = 60_000;

export type Solver = {
  /** Is there a lead for which `holds` does and none of `fails`? A lead is one that `evaluate` has checked. */
  solve(holds: Condition, fails: readonly Condition[]): Answer;
  /** Does a condition hold for a lead? */
  holdsFor(condition: Condition, lead: LeadFacts): boolean;
};

/**
 * Conditions say something of a lead only through their lines, and lines on one field can say only so much together: a
 * lead is looked for among these cells, field by field, and where they are whole and none is found there is none. `plain`
 * is what the lead is like beside that. Own scores of the policy are fields like others here, within `own`.
 */
export function createSolver(plain: LeadFacts, now: string, own: OwnSpans = new Map()): Solver {
  return {
    holdsFor: (condition, lead) => evaluate(condition, lead, now),
    solve(holds, fails) {
      const asked: Condition = { all: [holds, ...fails.map((not) => ({ not }))] };
      const columns = columnsOf([...linesOf(holds), ...fails.flatMap(linesOf)], now, own);
      const check = (values: Values): LeadFacts | null => {
        const lead = leadWith(plain, values);
        return evaluate(asked, lead, now) ? lead : null;
      };
      const found = search(asked, columns, { concrete: true, check });
      if (found.lead !== null) return { kind: "holds", lead: found.lead };
      const isWhole = !found.gaveUp && columns.every((column) => column.isWhole);
      const isConcrete = columns.every(({ cells }) => cells.every(({ value }) => value !== undefined));
      if (!isWhole) return { kind: "undecided" };
      if (isConcrete && !found.refused) return { kind: "never" };
      const maybe = search(asked, columns, { concrete: false, check: () => null });
      return { kind: maybe.gaveUp || maybe.refused ? "undecided" : "never" };
    },
  };
}

type Column = { source: string; cells: readonly Cell[]; isWhole: boolean };

/** In the order in which fields are first asked for. */
function columnsOf(lines: readonly ConditionLine[], now: string, own: OwnSpans): Column[] {
  const bySource = new Map<string, Map<string, ConditionLine>>();
  for (const line of lines) {
    const source = sourceOf(line.field);
    const asked = bySource.get(source) ?? new Map<string, ConditionLine>();
    bySource.set(source, asked.set(lineKey(line), line));
  }
  return [...bySource].map(([source, asked]) => ({ source, ...cellsOf(source, [...asked.values()], now, own) }));
}

type Found = {
  lead: LeadFacts | null;
  gaveUp: boolean /** One that fits was refused: it may be no lead that can be. */;
  refused: boolean;
};

function search(
  asked: Condition,
  columns: readonly Column[],
  { concrete, check }: { concrete: boolean; check: (values: Values) => LeadFacts | null },
): Found {
  let steps = 0;
  let refused = false;
  const chosen = new Map<string, Cell>();
  const values = new Map<string, string | null>();

  function fill(at: number): LeadFacts | null {
    steps += 1;
    if (steps > mostSteps) return null;
    const said = heldSoFar(asked, (line) => chosen.get(sourceOf(line.field))?.holds.has(lineKey(line)) ?? null);
    if (said === false) return null;
    const column = columns[at];
    if (column === undefined || said === true) {
      const lead = said === true ? check(values) : null;
      if (said === true && lead === null) refused = true;
      return lead;
    }
    for (const cell of column.cells) {
      if (concrete && cell.value === undefined) continue;
      if (!fitsAccount(column.source, cell, chosen)) continue;
      chosen.set(column.source, cell);
      if (cell.value !== undefined) values.set(column.source, cell.value);
      const lead = fill(at + 1);
      if (lead !== null) return lead;
      chosen.delete(column.source);
      values.delete(column.source);
    }
    return null;
  }

  const lead = fill(0);
  return { lead, gaveUp: steps > mostSteps, refused };
}

const alwaysSaid: readonly string[] = ["account.isCustomer", "account.isCompetitor"];

/** Without an account no field of it has a value; with one its marks have. */
function fitsAccount(source: string, { value }: Cell, chosen: ReadonlyMap<string, Cell>): boolean {
  if (!source.startsWith("account.")) return true;
  const isMark = alwaysSaid.includes(source);
  for (const [other, cell] of chosen) {
    if (!other.startsWith("account.")) continue;
    const bothMarks = isMark && alwaysSaid.includes(other);
    if (bothMarks && (value === null) !== (cell.value === null)) return false;
    if (isMark && value === null && cell.value !== null) return false;
    if (alwaysSaid.includes(other) && cell.value === null && value !== null) return false;
  }
  return true;
}

/** Whether the condition holds by what is known of its lines; null: that depends on the rest. */
export function heldSoFar(condition: Condition, said: (line: ConditionLine) => boolean | null): boolean | null {
  if ("field" in condition) return said(condition);
  if ("not" in condition) {
    const inner = heldSoFar(condition.not, said);
    return inner === null ? null : !inner;
  }
  const [inner, decisive] = "all" in condition ? [condition.all, false] : [condition.any, true];
  let isOpen = false;
  for (const each of inner) {
    const held = heldSoFar(each, said);
    if (held === decisive) return decisive;
    if (held === null) isOpen = true;
  }
  return isOpen ? null : !decisive;
}
