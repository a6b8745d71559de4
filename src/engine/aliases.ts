import { type Alias, isCollection, isPair, type Node } from "yaml";

/** Of what aliases stand for, written out: more than any policy has, and less than would fill the memory. */
const mostParts = 50_000;

/** The anchors of a document and what stands for them, while it is gone through from its beginning. */
type Aliases = {
  /** Takes note of a node's anchor, if it has one. */
  note(node: Node & { anchor?: string }): void;
  /** What an alias stands for; undefined: nothing has that name yet. */
  target(alias: Alias): Node | undefined;
  /** What is wrong with an alias of something, given what it stands in; null when nothing is. */
  problemOf(alias: Alias, ancestors: readonly unknown[]): string | null;
};

/** For one document: its nodes are to be told in their order. */
export function createAliases(): Aliases {
  const anchors = new Map<string, Node>();
  const sizes = new Map<unknown, number>();
  let written = 0;
  /** The parts that a node has when its aliases are written out. Those were gone through before: none leads back to it. */
  const sizeOf = (node: unknown): number => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    let size = 1;
    if (isPair(node)) size = sizeOf(node.key) + sizeOf(node.value);
    else if (isCollection(node)) for (const item of node.items) size += sizeOf(item);
    sizes.set(node, size);
    return size;
  };
  return {
    note(node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    target: ({ source }) => anchors.get(source),
    problemOf(alias, ancestors) {
      const target = anchors.get(alias.source);
      if (target === undefined) return null;
      if (ancestors.includes(target)) return `*${alias.source} refers to what it stands in: write out what is meant`;
      const size = sizeOf(target);
      sizes.set(alias, size);
      const before = written;
      written += size;
      // Told once: what comes after it is no better.
      if (before > mostParts || written <= mostParts) return null;
      return `with *${alias.source} the references of this file stand for more than ${mostParts} parts: write out what is meant`;
    },
  };
}
