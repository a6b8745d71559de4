import { characterError, plainError, queryError, syntaxError } from "./query-error.ts";
import { illegalSequence } from "./texts.ts";

export type TokenKind = "name" | "text" | "number" | "date" | "datetime" | "time" | "symbol" | "end";

/** `text` is as written; of texts without the quotes, of the end "<EOF>". */
export type Token =
  | { kind: TokenKind; text: string; at: number }
  /** What follows cannot be read; that matters to whom reads so far. */
  | { kind: "broken"; text: string; at: number; error: Error };

const maxCharacters = 100_000;

/** In this order: a datetime begins as a date does, and a date as a number. */
const forms: readonly (readonly [TokenKind, RegExp])[] = [
  ["datetime", /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)(?!\w)/y],
  ["date", /\d{4}-\d\d-\d\d(?!\w)/y],
  ["time", /\d\d:\d\d:\d\d(?:\.\d+)?Z?(?!\w)/y],
  ["number", /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w-])/y],
  ["name", /[A-Za-z_]\w*/y],
  ["symbol", /<=|>=|!=|<>|[=<>(),.:]/y],
];

const gap = /\s*/y;
const quoted = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y;
/** Begins as a number or a date and goes on as neither: a datetime without its zone, `3x`. */
const halfRead = /[+-]?[\d.][\w.:-]*/y;

/** The words of a query, last an end or what is no word. 400 MALFORMED_QUERY for too long a text. */
export function readTokens(text: string): Token[] {
  if (text.length > maxCharacters) {
    throw plainError("MALFORMED_QUERY", `SOQL statements cannot be longer than ${maxCharacters} characters.`);
  }
  const tokens: Token[] = [];
  let at = skip(gap, text, 0);
  while (at < text.length) {
    const token = text.charAt(at) === "'" ? readText(text, at) : readPlain(text, at);
    tokens.push(token);
    if (token.kind === "broken") return tokens;
    const length = token.kind === "text" ? token.text.length + 2 : token.text.length;
    at = skip(gap, text, at + length);
  }
  tokens.push({ kind: "end", text: "<EOF>", at: text.length });
  return tokens;
}

function readText(text: string, at: number): Token {
  quoted.lastIndex = at;
  const raw = quoted.exec(text)?.[1];
  if (raw === undefined) return broken(at, syntaxError(text, at, "unexpected token: '''"));
  const illegal = illegalSequence(raw);
  if (illegal) {
    const message = `Invalid string literal '${raw}'. Illegal character sequence '${illegal.sequence}' in string literal.`;
    return broken(at, queryError("MALFORMED_QUERY", text, at + 1 + illegal.index, message));
  }
  return { kind: "text", text: raw, at };
}

function readPlain(text: string, at: number): Token {
  for (const [kind, form] of forms) {
    form.lastIndex = at;
    const found = form.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, at };
  }
  return broken(at, characterError(text, skip(halfRead, text, at)));
}

function broken(at: number, error: Error): Token {
  return { kind: "broken", text: "", at, error };
}

function skip(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return at + (form.exec(text)?.[0].length ?? 0);
}
