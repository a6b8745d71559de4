type Routable = { method: string; paths: string[] };
type Leaf<R> = { route: R; pattern: string; names: Map<number, string> };
type Node<R> = {
  literals: Map<string, Node<R>>;
  version: Node<R> | null;
  any: Node<R> | null;
  leaves: Map<string, Leaf<R>>;
};

export type Match<R> = { route: R; pattern: string; params: Record<string, string> };

/**
 * Builds a look-up from method and path (without query) to a route. A `:name` segment takes any text, `:version` only
 * what `isVersion` says is one; a literal wins over both. A trailing slash is ignored, as official SDKs send some.
 */
export function createRouter<R extends Routable>(
  routes: readonly R[],
  isVersion: (segment: string) => boolean = () => true,
): (method: string, path: string) => Match<R> | null {
  const root = emptyNode<R>();
  for (const route of routes) for (const pattern of route.paths) add(root, route, pattern);
  return (method, path) => {
    const segments = splitPath(path);
    const leaf = find(root, { method, segments, isVersion }, 0);
    const params = leaf && readParams(leaf, segments);
    return leaf && params ? { route: leaf.route, pattern: leaf.pattern, params } : null;
  };
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

/** "" of a trailing slash is left out. */
export function splitPath(path: string): string[] {
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

type Wanted = { method: string; segments: readonly string[]; isVersion(segment: string): boolean };

function find<R>(node: Node<R>, wanted: Wanted, index: number): Leaf<R> | undefined {
  const segment = wanted.segments[index];
  if (segment === undefined) return node.leaves.get(wanted.method);
  const literal = node.literals.get(segment);
  const version = wanted.isVersion(segment) ? node.version : null;
  return (
    (literal && find(literal, wanted, index + 1)) ??
    (version && find(version, wanted, index + 1)) ??
    (node.any && segment !== "" ? find(node.any, wanted, index + 1) : undefined)
  );
}

function readParams<R>(leaf: Leaf<R>, segments: readonly string[]): Record<string, string> | null {
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
