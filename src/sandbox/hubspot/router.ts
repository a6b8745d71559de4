import type { Call } from "./portal.ts";

type Version = Call["version"];
type Routable = { method: string; paths: string[] };
type Leaf<R> = { route: R; pattern: string; names: Map<number, string> };
type Node<R> = {
  literals: Map<string, Node<R>>;
  version: Node<R> | null;
  any: Node<R> | null;
  leaves: Map<string, Leaf<R>>;
};

export type Match<R> = { route: R; pattern: string; params: Record<string, string>; version: Version };

const versions: Record<string, Version> = { "2026-09": "2026-09", "2026-03": "2026-03", v1: "v1", v3: "v3", v4: "v4" };

/**
 * Builds a look-up from method and path (without query) to a route. A `:name` segment takes any text, `:version` only
 * a dated version; a literal wins over both. A trailing slash is ignored, as the official SDK sends some.
 */
export function createRouter<R extends Routable>(
  routes: readonly R[],
): (method: string, path: string) => Match<R> | null {
  const root = emptyNode<R>();
  for (const route of routes) for (const pattern of route.paths) add(root, route, pattern);
  return (method, path) => {
    const segments = splitPath(path);
    const leaf = find(root, method, segments, 0);
    const params = leaf && readParams(leaf, segments);
    return leaf && params ? { route: leaf.route, pattern: leaf.pattern, params, version: versionOf(segments) } : null;
  };
}

/**
 * One spelling for the legacy and the dated form of a path: `/crm/v3/objects/x` becomes `/crm/objects/v3/x`
 * (hubspot.md §0, version map).
 */
export function canonicalPath(path: string): string {
  const [area, second, third, ...rest] = splitPath(path);
  const isSwapped = (area === "crm" || area === "settings") && /^v\d$/.test(second ?? "") && third !== undefined;
  return isSwapped ? `/${[area, third, second, ...rest].join("/")}` : path;
}

/** Does `pattern` (`:name` = one segment, a last `*` = any rest) cover the path? */
export function matchesPattern(pattern: string, path: string): boolean {
  const wanted = splitPath(pattern);
  const segments = splitPath(path);
  const isOpen = wanted.at(-1) === "*";
  if (isOpen) wanted.pop();
  if (isOpen ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((part, index) => part.startsWith(":") || part === "*" || part === segments[index]);
}

function splitPath(path: string): string[] {
  const segments = path.split("/").slice(1);
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

function emptyNode<R>(): Node<R> {
  return { literals: new Map(), version: null, any: null, leaves: new Map() };
}

function add<R extends Routable>(root: Node<R>, route: R, pattern: string): void {
  const names = new Map<number, string>();
  let node = root;
  for (const [index, segment] of splitPath(pattern).entries()) {
    if (segment.startsWith(":")) names.set(index, segment.slice(1));
    node = step(node, segment);
  }
  if (node.leaves.has(route.method)) throw new Error(`Two routes for ${route.method} ${pattern}`);
  node.leaves.set(route.method, { route, pattern, names });
}

function step<R>(node: Node<R>, segment: string): Node<R> {
  if (segment === ":version") {
    node.version ??= emptyNode();
    return node.version;
  }
  if (segment.startsWith(":")) {
    node.any ??= emptyNode();
    return node.any;
  }
  const next = node.literals.get(segment) ?? emptyNode<R>();
  node.literals.set(segment, next);
  return next;
}

function find<R>(node: Node<R>, method: string, segments: string[], index: number): Leaf<R> | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.leaves.get(method);
  const literal = node.literals.get(segment);
  const dated = /^\d{4}-\d{2}$/.test(segment) && segment in versions ? node.version : null;
  return (
    (literal && find(literal, method, segments, index + 1)) ??
    (dated && find(dated, method, segments, index + 1)) ??
    (node.any && segment !== "" ? find(node.any, method, segments, index + 1) : undefined)
  );
}

function readParams<R>(leaf: Leaf<R>, segments: string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, name] of leaf.names) {
    const value = decode(segments[index] ?? "");
    if (value === null) return null;
    params[name] = value;
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function versionOf(segments: string[]): Version {
  for (const segment of segments) {
    const version = Object.hasOwn(versions, segment) ? versions[segment] : undefined;
    if (version) return version;
  }
  return "2026-09";
}
