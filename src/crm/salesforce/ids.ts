const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * An id in its 18-character form; null for what is none. The last three characters say which of the others are capitals:
 * an id with wrong ones fails the whole query that it stands in.
 */
export function to18(id: string): string | null {
  if (!/^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/.test(id)) return null;
  const full = id.slice(0, 15) + suffixOf(id);
  return id.length === 15 || id === full ? full : null;
}

/** An id of 18 characters with the capitals that its last three tell of: programs that do not keep cases lose them. */
export function casedBy(id: string): string {
  const suffix = id.slice(15).toUpperCase();
  const cased = [...id.slice(0, 15)].map((one, at) => {
    const bits = letters.indexOf(suffix[Math.floor(at / 5)] ?? "");
    return (bits & (1 << (at % 5))) === 0 ? one.toLowerCase() : one.toUpperCase();
  });
  return cased.join("") + suffix;
}

function suffixOf(id: string): string {
  const parts = [id.slice(0, 5), id.slice(5, 10), id.slice(10, 15)];
  return parts.map((part) => letters[[...part].reduce((bits, one, at) => bits | (isCapital(one) << at), 0)]).join("");
}

const isCapital = (letter: string): number => (letter >= "A" && letter <= "Z" ? 1 : 0);
