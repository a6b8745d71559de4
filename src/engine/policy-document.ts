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
import { createAliases } from "./aliases.ts";
import type { Problem } from "./invalid.ts";
import { type TextSlip, textSlip } from "./text-slip.ts";
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
  const slip = textSlip(text);
  return slip === null ? readYaml(text) : unread(text, slip);
}

/** A text that is not looked into. */
function unread(text: string, { offset, told }: TextSlip): PolicyDocument {
  const before = text.slice(0, offset).split("\n");
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const problemAt = (path: Path, message: string): Problem => ({ path: pathText(path), ...place, message });
  return { value: null, problems: [problemAt([], told)], problemAt };
}

function readYaml(text: string): PolicyDocument {
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
  const { odd, endless } =
    unreadable.length > 0 ? { odd: firstOfEachLine(unreadable), endless: [] } : oddities(document, problemAt);
  return {
    value: unreadable.length + endless.length > 0 ? null : document.toJS(),
    problems: [...odd, ...endless],
    problemAt: (path, message) => problemAt(offsetOf(document.contents, path), path, message),
  };
}

/** One slip makes the reader stumble several times. */
const firstOfEachLine = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ line }, at) => problems.findIndex((other) => other.line === line) === at);

type ProblemAt = (offset: number, path: Path, message: string) => Problem;

/**
 * What is YAML but cannot be meant; `endless`: so that it cannot be taken as data. What an alias stands for comes in its
 * place, as the reader takes time by the square of their number; an alias of nothing, such as a bare `*`, becomes the text
 * that it was meant as.
 */
function oddities(document: Document.Parsed, problemAt: ProblemAt): { odd: Problem[]; endless: Problem[] } {
  const problems: Problem[] = [];
  const endless: Problem[] = [];
  const aliases = createAliases();
  const seen = new Set<Node>();
  /** Whether it was told already, where its anchor is. */
  const isSeen = (node: Node & { anchor?: string }): boolean => {
    if (seen.has(node)) return true;
    if (node.anchor !== undefined) seen.add(node);
    aliases.note(node);
    return false;
  };
  visit(document, {
    Alias(_key, alias, ancestors) {
      const wrong = aliases.problemOf(alias, ancestors);
      if (wrong !== null) {
        endless.push(problemAt(alias.range?.[0] ?? 0, pathOf([...ancestors, alias]), wrong));
        return visit.BREAK;
      }
      const target = aliases.target(alias);
      if (target !== undefined) return target;
      const meant = new Scalar(`*${alias.source}`);
      meant.range = alias.range ?? null;
      const message = `put quotes around "${meant.value}": without them, YAML reads * as a reference`;
      problems.push(problemAt(alias.range?.[0] ?? 0, pathOf([...ancestors, alias]), message));
      return meant;
    },
    Scalar(_key, scalar, ancestors) {
      if (isSeen(scalar)) return;
      const message = oddityOf(scalar);
      if (message !== null) problems.push(problemAt(scalar.range?.[0] ?? 0, pathOf([...ancestors, scalar]), message));
    },
    Seq: (_key, seq) => (isSeen(seq) ? visit.SKIP : undefined),
    Map(_key, map, ancestors) {
      if (isSeen(map)) return visit.SKIP;
      problems.push(...keysGivenTwice(map, pathOf([...ancestors, map]), problemAt));
    },
  });
  return { odd: problems, endless };
}

/** What is odd about a single text or number; null when nothing is. */
function oddityOf({ source, value, type }: Scalar): string | null {
  if (source === undefined) return null;
  if (isNumberOfOtherDigits(source, value))
    return `put quotes around "${source}": without them, YAML reads the number ${String(value)}`;
  const [, quoted] = (type === Scalar.PLAIN && curlyQuoted.exec(source)) || [];
  return quoted === undefined
    ? null
    : `write "${quoted}" with straight quotes: YAML takes the curly ones of ${source} for part of the text`;
}

/** As word processors write quotes. Who means them to stand there puts straight ones around them. */
const curlyQuoted = /^[“”„‟‘’‚‛](.*)[“”„‟‘’‚‛]$/s;

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
