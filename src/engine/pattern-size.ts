/** Measured with the library: what a compiled part takes, in kB. */
const part = 0.3;
const listOfLetters = 1.5;
const unicodeProperty = 55;
const least = 4;

/** Repeats without end are a loop around one more copy. */
const openEnd = 1;

/**
 * About how many kB a pattern takes once it is compiled: counted repeats are written out as so many copies, and a class
 * of Unicode (`\p{L}`) has hundreds of ranges. What is no pattern has a size too.
 */
export function patternKilobytes(text: string): number {
  const reader = { text, at: 0 };
  let size = least;
  while (reader.at < text.length) size += alternatives(reader) + (reader.at < text.length ? closingOf(reader) : 0);
  return size;
}

type Reader = { readonly text: string; at: number };

/** A bracket that closes nothing. */
function closingOf(reader: Reader): number {
  reader.at += 1;
  return part;
}

/** Up to the bracket that closes the group, or the end. */
function alternatives(reader: Reader): number {
  let size = 0;
  while (reader.at < reader.text.length && reader.text[reader.at] !== ")") size += atom(reader) * copies(reader);
  return size;
}

function atom(reader: Reader): number {
  const { text } = reader;
  const first = text[reader.at];
  reader.at += 1;
  if (first === "(") {
    const inside = alternatives(reader);
    reader.at += 1;
    return part + inside;
  }
  if (first === "[") return listed(reader);
  if (first !== "\\") return part;
  const escaped = text[reader.at];
  reader.at += 1;
  if (escaped !== "p" && escaped !== "P") return /[wWdDsS]/.test(escaped ?? "") ? listOfLetters : part;
  const braced = /^\{[^}]*\}/.exec(text.slice(reader.at));
  reader.at += braced === null ? 1 : braced[0].length;
  return unicodeProperty;
}

/** `[…]`, in which a bracket right at the beginning is a letter. */
function listed(reader: Reader): number {
  const whole = /^\^?\]?(?:\\.|[^\]\\])*\]?/s.exec(reader.text.slice(reader.at))?.[0] ?? "";
  reader.at += whole.length;
  return listOfLetters + unicodeProperty * (whole.match(/\\[pP]|\[:/g)?.length ?? 0);
}

/** How often what stands before is written out. */
function copies(reader: Reader): number {
  const rest = reader.text.slice(reader.at);
  const counted = /^\{(\d{1,6})(,(\d{0,6}))?\}\??/.exec(rest);
  if (counted !== null) {
    reader.at += counted[0].length;
    const from = Number(counted[1]);
    const to = counted[3] === undefined || counted[3] === "" ? from + openEnd : Number(counted[3]);
    return Math.max(1, from, counted[2] === undefined ? from : to);
  }
  const sign = /^[*+?]\??/.exec(rest);
  reader.at += sign?.[0].length ?? 0;
  return 1;
}
