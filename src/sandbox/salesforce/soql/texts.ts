/** What may follow a backslash between quotes, apart from four hexadecimal digits after u. */
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
  _: "_",
  "%": "%",
};

const escapeSequence = /\\(?:u([0-9A-Fa-f]{4})|([\s\S]?))/g;

/** The first sequence that begins with a backslash and means nothing, as "\x"; null when all are well formed. */
export function illegalSequence(raw: string): { sequence: string; index: number } | null {
  for (const match of raw.matchAll(escapeSequence)) {
    const [sequence, hex, letter = ""] = match;
    if (hex === undefined && escapes[letter.toLowerCase()] === undefined) return { sequence, index: match.index };
  }
  return null;
}

/** What a text between quotes means. Every sequence in it is legal. */
export function unescapeText(raw: string): string {
  return raw.replace(escapeSequence, (_sequence, hex: string | undefined, letter: string) =>
    hex === undefined ? (escapes[letter.toLowerCase()] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Texts that differ only in case fold to the same: lower case, and one small sigma for both of them. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll("ς", "σ");
}

const patternPiece = /\\(?:u[0-9A-Fa-f]{4}|[\s\S])|[%_]|[^\\%_]+/g;

const many = Symbol("%");
const one = Symbol("_");

/** A LIKE's pattern as a predicate of a text whose case is folded. */
export function compileLike(raw: string): (folded: string) => boolean {
  const pattern = patternOf(raw);
  return (folded) => {
    let index = 0;
    let place = 0;
    // Where the last % stands, and how much it has swallowed: to try again with one character more.
    let star = -1;
    let swallowed = 0;
    while (index < folded.length) {
      const wanted = pattern[place];
      if (wanted === many) {
        star = place;
        swallowed = index;
        place += 1;
      } else if (wanted !== undefined && (wanted === one || wanted === folded.charAt(index))) {
        index += 1;
        place += 1;
      } else if (star !== -1) {
        swallowed += 1;
        index = swallowed;
        place = star + 1;
      } else return false;
    }
    while (pattern[place] === many) place += 1;
    return place === pattern.length;
  };
}

/** Each character, its case folded, or in place of a `%` or `_` that is not escaped its mark. */
function patternOf(raw: string): readonly (string | symbol)[] {
  const pattern: (string | symbol)[] = [];
  // Folded together: what a letter folds to may depend on its neighbours.
  let literal = "";
  const flush = () => {
    pattern.push(...foldCase(literal).split(""));
    literal = "";
  };
  for (const [piece] of raw.matchAll(patternPiece)) {
    if (piece !== "%" && piece !== "_") {
      literal += unescapeText(piece);
      continue;
    }
    flush();
    pattern.push(piece === "%" ? many : one);
  }
  flush();
  return pattern;
}

/** Does the pattern begin with a wildcard? No index helps then, and a large org answers QUERY_TIMEOUT. */
export function startsWithWildcard(raw: string): boolean {
  return raw.startsWith("%") || raw.startsWith("_");
}
