import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Problem } from "./invalid.ts";

export type Path = readonly (string | number)[];

/** A YAML text as plain data that still knows where each part stands. */
export type PolicyDocument = {
  value: unknown;
  problems: readonly Problem[];
  /** A problem at a path; at the nearest part that exists when the path itself does not. */
  problemAt(path: Path, message: string): Problem;
};

/** Reads YAML; its syntax errors become problems. */
export function readDocument(text: string): PolicyDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { path: "", line, column: col, message: `is not YAML that we can read: ${error.message}` };
  });
  return {
    value: problems.length > 0 ? null : document.toJS(),
    problems,
    problemAt(path, message) {
      const { line, col } = lines.linePos(offsetOf(document.contents, path));
      return { path: pathText(path), line, column: col, message };
    },
  };
}

/** `pools[2].teams`. */
function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}

function offsetOf(contents: Node | null, path: Path): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
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
