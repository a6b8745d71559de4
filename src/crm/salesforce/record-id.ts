const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * An id as reports and exports show it (15 characters, whose case counts) or as a program that does not keep cases has made
 * it, in the 18 characters of the API; the last three tell which of the others are capitals. What can be no id stays as it
 * is.
 */
export function recordId(text: string): string {
  const id = text.trim();
  if (/^[a-zA-Z0-9]{15}$/.test(id)) return withSuffix(id);
  if (!/^[a-zA-Z0-9]{15}[a-zA-Z0-5]{3}$/.test(id)) return id;
  const suffix = id.slice(15).toUpperCase();
  const cased = [...id.slice(0, 15)]
    .map((each, at) => (isCapital(suffix, at) ? each.toUpperCase() : each.toLowerCase()))
    .join("");
  const restored = withSuffix(cased);
  return restored.endsWith(suffix) ? restored : id;
}

/** Of each five characters one of the suffix: its bits, the least for the first, say which are capitals. */
function withSuffix(id: string): string {
  const suffix = [0, 5, 10].map((from) => {
    const bits = [...id.slice(from, from + 5)].map((each, at) => (/[A-Z]/.test(each) ? 1 << at : 0));
    return letters[bits.reduce((sum, bit) => sum + bit, 0)];
  });
  return `${id}${suffix.join("")}`;
}

const isCapital = (suffix: string, at: number): boolean =>
  (letters.indexOf(suffix[Math.floor(at / 5)] ?? "") & (1 << (at % 5))) !== 0;
