import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Problem } from "./invalid.ts";
import { slipInWords } from "./yaml-slip.ts";

export type Path = readonly (string | number)[];

/** A YAML text as plain data that still knows where each part stands. */
export type PolicyDocument = {
  /** Null when the text is no YAML at all, or empty. */
  value: unknown;
  problems: readonly Problem[];
  /** A problem at a path; at the nearest part that exists when the path itself does not. */
  problemAt(path: Path, message: string): Problem;
};

/** Reads YAML; what is wrong with it as YAML becomes problems. */
export function readDocument(text: string): PolicyDocument {
  const lines = new LineCounter();
  // Keys given twice and stray asterisks are told in our own words, and hide nothing else that is wrong.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const problemAt = (offset: number, path: Path, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { path: pathText(path), line, column: col, message };
  };
  const errors = document.errors.filter(({ code }) => code !== "BAD_ALIAS");
  // Everything else that is said of a text with tabs may come from them.
  const tabs = errors.filter(({ code }) => code === "TAB_AS_INDENT");
  const unreadable = (tabs.length > 0 ? tabs : errors).map((error) =>
    problemAt(error.pos[0], [], `is not YAML that we can read: ${slipInWords(error)}`),
  );
  const problems = unreadable.length > 0 ? firstOfEachLine(unreadable) : oddities(document, problemAt);
  return {
    value: unreadable.length > 0 ? null : document.toJS(),
    problems,
    problemAt: (path, message) => problemAt(offsetOf(document.contents, path), path, message),
  };
}

/** One slip makes the reader stumble several times. */
const firstOfEachLine = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ line }, at) => problems.findIndex((other) => other.line === line) === at);

type ProblemAt = (offset: number, path: Path, message: string) => Problem;

/** What is YAML but cannot be meant. An alias of nothing, such as a bare `*`, becomes the text that it was meant as. */
function oddities(document: Document.Parsed, problemAt: ProblemAt): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      if (alias.resolve(document) !== undefined) return;
      const meant = new Scalar(`*${alias.source}`);
      meant.range = alias.range ?? null;
      const message = `put quotes around "${meant.value}": without them, YAML reads * as a reference`;
      problems.push(problemAt(alias.range?.[0] ?? 0, pathOf([...ancestors, alias]), message));
      return meant;
    },
    Scalar(_key, scalar, ancestors) {
      const { source, value, range } = scalar;
      if (source === undefined || !isNumberOfOtherDigits(source, value)) return;
      const message = `put quotes around "${source}": without them, YAML reads the number ${String(value)}`;
      problems.push(problemAt(range?.[0] ?? 0, pathOf([...ancestors, scalar]), message));
    },
    Map(_key, map, ancestors) {
      problems.push(...keysGivenTwice(map, pathOf([...ancestors, map]), problemAt));
    },
  });
  return problems;
}

/** A postal code without its zero, or an id that is too long for a number. */
const isNumberOfOtherDigits = (source: string, value: unknown): boolean =>
  typeof value === "number" && /^\d+$/.test(source) && String(value) !== source;

function keysGivenTwice(map: YAMLMap, path: Path, problemAt: ProblemAt): Problem[] {
  const known = new Map<string, number>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const offset = key.range?.[0] ?? 0;
    const first = known.get(name);
    if (first === undefined) known.set(name, offset);
    if (first === undefined) return [];
    const { line } = problemAt(first, path, "");
    return [
      problemAt(offset, [...path, name], `stands in line ${line} already: make one of the two, or leave one out`),
    ];
  });
}

/** The path to the last of a chain of nodes, from the document down. */
function pathOf(chain: readonly unknown[]): Path {
  return chain.flatMap((part, at): Path => {
    if (isPair(part) && isScalar(part.key)) return [String(part.key.value)];
    const next = chain[at + 1];
    return isSeq(part) && next !== undefined ? [part.items.indexOf(next)] : [];
  });
}

/** `pools[2].teams`. */
function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}

/** Of a key that is given twice the last counts, as in the value. */
function offsetOf(contents: Node | null, path: Path): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      const item: unknown = node.items[part];
      if (item === undefined) return offset;
      if (isMap(item) || isSeq(item) || isScalar(item)) offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
