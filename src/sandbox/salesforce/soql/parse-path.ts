import type { From, Path } from "./query.ts";
import { accept, isNext, peek, type Reader, take, unexpected } from "./reader.ts";

/** Words that end a list of fields or an object's name: no alias has one. */
const clauses = [
  "FROM",
  "WHERE",
  "WITH",
  "GROUP",
  "HAVING",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "FOR",
  "USING",
  "ALL",
  "UPDATE",
];

/** "Owner.Name". */
export function parsePath(reader: Reader): Path {
  if (isNext(reader, "FROM", "WHERE", "SELECT")) throw unexpected(reader);
  const first = take(reader, "name");
  const parts = [first.text];
  while (accept(reader, ".")) parts.push(take(reader, "name").text);
  return { parts, at: first.at };
}

/** An object, or a child relationship ("Contacts", "Account.Contacts"), and its alias. */
export function parseFrom(reader: Reader): From {
  const { parts, at } = parsePath(reader);
  return { name: parts.at(-1) ?? "", alias: parseAlias(reader), at };
}

/** A second name after a field or an object; null when none follows. */
export function parseAlias(reader: Reader): string | null {
  if (accept(reader, "AS")) return take(reader, "name").text;
  if (peek(reader).kind !== "name" || isNext(reader, ...clauses)) return null;
  return take(reader, "name").text;
}
