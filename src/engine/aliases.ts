import { type Alias, isCollection, isPair, type Node } from "yaml";
import { deepest } from "./text-slip.ts";

/** Of what aliases stand for, written out: more than any policy has, and less than would fill the memory. */
const mostParts = 50_000;

/** How many parts a node has with all that is in it, and how many lists and groups stand in each other there. */
type Extent = { parts: number; height: number };

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
  const extents = new Map<unknown, Extent>();
  let written = 0;
  /** Of a node that was gone through, in which what they stand for is in the place of aliases already. */
  const extentOf = (node: unknown): Extent => {
    const known = extents.get(node);
    if (known !== undefined) return known;
    const inner = (isPair(node) ? [node.key, node.value] : isCollection(node) ? node.items : []).map(extentOf);
    const extent = {
      parts: inner.reduce((sum, { parts }) => sum + parts, 1),
      height: inner.reduce((most, { height }) => Math.max(most, height), 0) + (isCollection(node) ? 1 : 0),
    };
    extents.set(node, extent);
    return extent;
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
      const { parts, height } = extentOf(target);
      written += parts;
      if (written > mostParts)
        return `with *${alias.source} the references of this file stand for more than ${mostParts} parts: write out what is meant`;
      if (ancestors.filter(isCollection).length + height > deepest)
        return `with *${alias.source} more than ${deepest} lists and groups of keys stand in each other: write it flatter`;
      return null;
    },
  };
}
