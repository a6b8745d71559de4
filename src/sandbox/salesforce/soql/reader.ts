import { syntaxError } from "./query-error.ts";
import { readTokens, type Token } from "./tokens.ts";

/** A query's words, read one after the other; `depth` counts the brackets that are open. */
export type Reader = { text: string; tokens: readonly Token[]; index: number; depth: number };

const end: Token = { kind: "end", text: "<EOF>", at: 0 };

export function createReader(text: string): Reader {
  return { text, tokens: readTokens(text), index: 0, depth: 0 };
}

/** The next word, or one further on. 400 when the next is none. */
export function peek(reader: Reader, ahead = 0): Token {
  const token = reader.tokens[Math.min(reader.index + ahead, reader.tokens.length - 1)] ?? end;
  if (token.kind === "broken" && ahead === 0) throw token.error;
  return token;
}

/** Is the next word this one, or one of these? Names are alike in either case. */
export function isNext(reader: Reader, ...words: readonly string[]): boolean {
  const { kind, text } = peek(reader);
  return (kind === "name" || kind === "symbol") && words.includes(text.toUpperCase());
}

/** Reads the words when they come next, all of them; else none. */
export function accept(reader: Reader, ...words: readonly string[]): boolean {
  const isThere = words.every((word, ahead) => {
    const { kind, text } = peek(reader, ahead);
    return kind !== "text" && text.toUpperCase() === word;
  });
  if (isThere) reader.index += words.length;
  return isThere;
}

export function expect(reader: Reader, ...words: readonly string[]): void {
  for (const word of words) if (!accept(reader, word)) throw unexpected(reader);
}

/** Reads any word of a kind. */
export function take(reader: Reader, kind: Token["kind"]): Token {
  const token = peek(reader);
  if (token.kind !== kind) throw unexpected(reader);
  reader.index += 1;
  return token;
}

/** One or more, with commas between them. */
export function list<Item>(reader: Reader, read: (reader: Reader) => Item): Item[] {
  const items = [read(reader)];
  while (accept(reader, ",")) items.push(read(reader));
  return items;
}

/** MALFORMED_QUERY for the word that comes next. */
export function unexpected(reader: Reader): Error {
  const { text, at } = peek(reader);
  return syntaxError(reader.text, at, `unexpected token: '${text}'`);
}
