import { fieldOf } from "../conditions.ts";
import { countryCodes } from "../normalise/country.ts";
import { toNumber } from "../normalise/score.ts";
import { operators } from "../operators.ts";
import type { ConditionLine } from "../policy.ts";
import { lineKey } from "./line-key.ts";
import { type OwnSpans, type Span, tenthsIn } from "./own-score.ts";
import { partsOf, textCells } from "./text-cells.ts";
import { ageCells, combinations, freeChoices, numberCells, numbersAround } from "./value-cells.ts";

/** What all lines on one field may say together. `value`: one for which they do; undefined: none was found, and there may be none. */
export type Cell = { holds: ReadonlySet<string>; value: string | null | undefined };

/** `isWhole`: whatever a value may say is among the cells. Not so when there is too much to tell. */
export type Cells = { cells: readonly Cell[]; isWhole: boolean };

const mostCells = 4_096;

const isEquality = ({ operator }: ConditionLine): boolean =>
  ["equals", "not_equals", "in", "not_in"].includes(operator);
const isPart = ({ operator }: ConditionLine): boolean => ["contains", "starts_with", "ends_with"].includes(operator);
const isNumeric = ({ operator }: ConditionLine): boolean => ["number", "range"].includes(operators[operator].form);
const isAge = ({ operator }: ConditionLine): boolean => operators[operator].form === "days";
const isPattern = ({ operator }: ConditionLine): boolean => operator === "matches";

const counted: readonly string[] = ["lead.employees", "account.employees"];
const scored: readonly string[] = ["lead.score", "lead.fitScore"];
const marked: readonly string[] = ["account.isCustomer", "account.isCompetitor"];

/**
 * Cuts the values of a field into cells in which all of `lines` say the same. They all read this one field of a fact;
 * `own`: what own scores of the policy can be.
 */
export function cellsOf(source: string, lines: readonly ConditionLine[], now: string, own: OwnSpans): Cells {
  const span = own.get(source);
  if (span !== undefined) return { cells: scoreCells(lines, span, now), isWhole: true };
  const candidates = [null, ...candidatesOf(source, lines, now)];
  const concrete = distinct(candidates.map((value) => ({ holds: saidOf(lines, value, now), value })));
  const said = saidAtMost(source, lines, now);
  if (said === null || said.length > mostCells) return { cells: concrete, isWhole: false };
  const none = saidOf(lines, null, now);
  return {
    cells: distinct([...concrete, { holds: none, value: null }, ...said.map((holds) => ({ holds, value: undefined }))]),
    isWhole: true,
  };
}

/** Own scores are always known, and few enough to look at each. */
function scoreCells(lines: readonly ConditionLine[], span: Span, now: string): Cell[] {
  return distinct(tenthsIn(span).map((value) => ({ holds: saidOf(lines, value, now), value })));
}

/** The first of each, so those with a value. That there is none is a cell of its own: an account's fields have to agree on it. */
function distinct(cells: readonly Cell[]): Cell[] {
  const found = new Map<string, Cell>();
  for (const cell of cells) {
    const key = [cell.value === null, ...[...cell.holds].sort()].join("\n");
    if (!found.has(key)) found.set(key, cell);
  }
  return [...found.values()];
}

/** The lines that hold for a value, each read through its own field: of an e-mail some ask for the domain alone. */
function saidOf(lines: readonly ConditionLine[], value: string | null, now: string): Set<string> {
  const holding = lines.filter(({ field, operator, value: bound }) => {
    const read = value === null ? null : fieldOf(field).clean(value);
    return read === null ? operators[operator].takesMissing : operators[operator].holds(read, bound, now);
  });
  return new Set(holding.map(lineKey));
}

/** Values worth trying: what lines name, around each bound, one of no line. */
function candidatesOf(source: string, lines: readonly ConditionLine[], now: string): string[] {
  if (marked.includes(source)) return ["true", "false"];
  const numbers = numbersAround(lines.filter(isNumeric).flatMap(boundsOf)).map(String);
  const equal = lines.filter(isEquality).flatMap(partsOf);
  if (counted.includes(source)) {
    const bounds = [...lines.filter(isNumeric).flatMap(boundsOf), ...equal.flatMap((text) => toNumber(text) ?? [])];
    const whole = bounds.flatMap((bound) => [
      Math.floor(bound) - 1,
      Math.floor(bound),
      Math.floor(bound) + 1,
      Math.ceil(bound),
    ]);
    return [1, ...whole, 100_000_000].filter((count) => count >= 1 && count <= 100_000_000).map(String);
  }
  if (scored.includes(source)) {
    const bounds = [...lines.filter(isNumeric).flatMap(boundsOf), ...equal.flatMap((text) => toNumber(text) ?? [])];
    return numbersAround(bounds).map(String);
  }
  const texts = [
    ...equal,
    ...lines.filter(isPart).flatMap(partsOf),
    ...(textCells(lines.filter(isPart)) ?? []).map(({ text }) => text),
    ...lines.filter(isPattern).flatMap(({ value }) => partsOfPattern(String(value))),
    "another",
  ];
  const ages = ageCells(lines.filter(isAge), now).flatMap(({ text }) => (text === null ? [] : [text]));
  const written = [...texts, ...texts.map(wide), ...numbers, ...numbers.map((number) => `${number}.0`), ...ages];
  if (source === "lead.country" && lines.some(({ field }) => field !== source)) return [...written, ...countryCodes];
  if (source !== "lead.email") return written;
  const hosts = written.flatMap((text) => [text, `x${text.replace(/[^a-z0-9.-]/gi, "")}x.example`]);
  return [...written, ...hosts.map((text) => `lead@${text}`), ...written.map((text) => `${text}@another.example`)];
}

/** The same text in other signs: it equals, and matches no pattern and is no number. */
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

/** What stands in a pattern as it would in a text that it matches: tried, never relied on. */
function partsOfPattern(pattern: string): string[] {
  const alternatives = pattern.replace(/^\^|\$$|\\[bB]/g, "").split("|");
  return alternatives.map((part) =>
    part
      .replace(/\\d[+*]?|\[0-9\][+*]?/g, "1")
      .replace(/\\s[+*]?/g, " ")
      .replace(/\.[+*]|\[[^\]]*\][+*]?|\\w[+*]?/g, "a")
      .replace(/[()^$?+*]/g, "")
      .replace(/\\/g, ""),
  );
}

const boundsOf = ({ value }: ConditionLine): number[] => (Array.isArray(value) ? value : [value]).map(Number);

/**
 * Everything that lines may say of a value that is there, and perhaps more; null: too much. What one kind of line says is
 * told exactly; of kinds that are mixed on one field every combination counts that cannot be ruled out.
 */
function saidAtMost(source: string, lines: readonly ConditionLine[], now: string): Set<string>[] | null {
  if (marked.includes(source)) return ["true", "false"].map((value) => saidOf(lines, value, now));
  if (counted.includes(source) || scored.includes(source)) return saidOfNumbers(source, lines, now);
  const ofPart = lines.filter(({ field }) => field !== source);
  const ofText = saidOfTexts(
    lines.filter((line) => !ofPart.includes(line)),
    now,
  );
  if (ofPart.length === 0) return ofText;
  // An e-mail and its domain are looked at as if they were two; an e-mail may have none.
  const parts =
    source === "lead.country" ? countryCodes.map((code) => saidOf(ofPart, code, now)) : saidOfTexts(ofPart, now);
  return combinations([parts === null ? null : [saidOf(ofPart, null, now), ...parts], ofText], mostCells);
}

function saidOfNumbers(source: string, lines: readonly ConditionLine[], now: string): Set<string>[] | null {
  const exact = lines.filter((line) => !isPart(line) && !isPattern(line) && !isAge(line));
  const values = candidatesOf(source, exact, now);
  // Parts, patterns and ages of a written number are not worked out.
  const rest = lines.filter((line) => !exact.includes(line));
  return combinations([values.map((value) => saidOf(exact, value, now)), freeChoices(rest)], mostCells);
}

function saidOfTexts(lines: readonly ConditionLine[], now: string): Set<string>[] | null {
  const parts = textCells(lines.filter(isPart));
  if (parts === null) return null;
  const ages = ageCells(lines.filter(isAge), now).map(({ holds }) => holds);
  const numbers = lines.filter(isNumeric);
  const patterns = freeChoices(lines.filter(isPattern));
  const known = lines.filter(({ operator }) => operator === "known").map(lineKey);
  const equality = lines.filter(isEquality);
  const inText = lines.filter((line) => isEquality(line) || isPart(line));
  const said = (asked: readonly ConditionLine[], text: string): Set<string> =>
    new Set(asked.filter(({ operator, value }) => operators[operator].holds(text, value, now)).map(lineKey));
  const ofConstants = [...new Set(equality.flatMap(partsOf))].map((text) =>
    combinations(
      [
        [new Set([...said(inText, text), ...known])],
        // Written in other signs it is the same text, and no number and no time.
        [new Set<string>(), said(numbers, text)],
        Number.isNaN(Date.parse(text)) ? [new Set<string>()] : ages,
        patterns,
      ],
      mostCells,
    ),
  );
  const not = equality.filter(({ operator }) => operator.startsWith("not_")).map(lineKey);
  const ofOthers = combinations(
    [
      parts.map(({ holds }) => new Set([...holds, ...not, ...known])),
      numberCells(numbers).map(({ holds }) => holds),
      ages,
      patterns,
    ],
    mostCells,
  );
  const all = [...ofConstants, ofOthers];
  return all.every((each) => each !== null) ? all.flat() : null;
}
