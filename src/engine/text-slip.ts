import { Lexer, Parser } from "yaml";

/** What makes a text no YAML that a person can have meant: where, and what to do about it. */
export type TextSlip = { offset: number; told: string };

/** How deep lists and groups of keys may stand in each other: twice what the deepest condition needs, and more. */
export const deepest = 100;

const conflictMark = /^(?:<{7}|>{7})(?: |$)/m;

/** What is wrong with a text before it is read as YAML; null when nothing is. What the reader would say of it helps nobody. */
export function textSlip(text: string): TextSlip | null {
  const nul = text.indexOf("\0");
  if (nul >= 0)
    return {
      offset: nul,
      told: "holds a NUL character, which no text has: save it as text in UTF-8, or name another file",
    };
  const mark = conflictMark.exec(text);
  if (mark !== null)
    return {
      offset: mark.index,
      told: "holds the marks of a merge that Git could not finish: keep one of the two sides, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>",
    };
  const offset = tooDeepAt(text);
  if (offset === null) return null;
  return {
    offset,
    told: `more than ${deepest} lists and groups of keys stand in each other here: close the brackets that are open, or write it flatter`,
  };
}

/** Where the text goes deeper than anybody can read, found without going there; null: nowhere. */
function tooDeepAt(text: string): number | null {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // What a document is made of comes when it ends; only how much of it is open matters here.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > deepest) return parser.offset - lexeme.length;
  }
  return null;
}
