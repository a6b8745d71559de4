import type { ConditionLine } from "../policy.ts";
import { lineKey } from "./line-key.ts";

/** What lines on parts of a text may say together: those that hold, and a text for which exactly these do. */
export type TextCell = { holds: ReadonlySet<string>; text: string };

type Atom = { kind: "contains" | "starts_with" | "ends_with"; part: string };
type PartLine = { key: string; atoms: readonly Atom[] };

/** So many lines are looked at together: each one more doubles what they may say. */
const mostLines = 11;

export const fold = (text: string | number): string => String(text).normalize("NFKC").trim().toLowerCase();

export const partsOf = ({ value }: ConditionLine): string[] =>
  (Array.isArray(value) ? value : value === null ? [] : [value]).map(fold);

/**
 * All that lines of `contains`, `starts_with` and `ends_with` may say of one text together; null: too many to tell.
 * Exact: texts are beginnings, parts and ends with a sign between them that stands in none of the lines, and whatever a text
 * of any other make says is said by one of these.
 */
export function textCells(lines: readonly ConditionLine[]): TextCell[] | null {
  const asked = new Map(lines.map((line) => [lineKey(line), toPartLine(line)]));
  if (asked.size > mostLines) return null;
  const all = [...asked.values()];
  const sign = signNotIn(all);
  const cells: TextCell[] = [];
  for (let set = 0; set < 2 ** all.length; set += 1) {
    const wanted = all.filter((_, at) => (set & (1 << at)) !== 0);
    const text = textFor(wanted, all, sign);
    if (text !== null) cells.push({ holds: new Set(wanted.map(({ key }) => key)), text });
  }
  return cells;
}

function toPartLine(line: ConditionLine): PartLine {
  const kind = line.operator as Atom["kind"];
  return { key: lineKey(line), atoms: partsOf(line).map((part) => ({ kind, part })) };
}

/** A text for which these lines hold and no other; null: there is none. */
function textFor(wanted: readonly PartLine[], all: readonly PartLine[], sign: string): string | null {
  const isFree = (atom: Atom): boolean =>
    all.every((line) => wanted.includes(line) || !line.atoms.some((other) => implies(atom, other)));
  // Holds for every text.
  const always: Atom = { kind: "contains", part: "" };
  if (!isFree(always)) return null;
  const atoms = wanted.flatMap((line) => line.atoms).filter(isFree);
  const inside = atoms.filter(({ kind }) => kind === "contains");
  const orNone = (kind: Atom["kind"]): (Atom | null)[] => [null, ...atoms.filter((atom) => atom.kind === kind)];
  for (const start of orNone("starts_with"))
    for (const end of orNone("ends_with")) {
      const chosen = [always, ...inside, ...[start, end].filter((atom) => atom !== null)];
      const isDone = wanted.every((line) => line.atoms.some((atom) => chosen.some((other) => implies(other, atom))));
      if (isDone) return [start?.part ?? "", ...inside.map(({ part }) => part), end?.part ?? ""].join(sign);
    }
  return null;
}

/** Does whatever the first holds for have the second? */
function implies(a: Atom, b: Atom): boolean {
  if (b.kind === "contains") return a.part.includes(b.part);
  if (b.part === "") return true;
  if (a.kind !== b.kind) return false;
  return b.kind === "starts_with" ? a.part.startsWith(b.part) : a.part.endsWith(b.part);
}

const signs = ["-", "~", "|", "¦", "§", "¤", "\u2063", "\ue000"];

const signNotIn = (lines: readonly PartLine[]): string =>
  signs.find((sign) => !lines.some(({ atoms }) => atoms.some(({ part }) => part.includes(sign)))) ?? "\ue001";
