/** Longest piece of a lead's own text that we show. */
const longest = 200;

/**
 * A lead's text made safe to show in one line: no control characters, none that reorder or hide text, at most 200
 * letters. Not escaped for HTML.
 */
export function cleanText(text: string): string {
  const line = text
    .slice(0, 20 * longest)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}\p{Co}]/gu, "")
    .trim();
  const letters = [...line];
  return letters.length <= longest
    ? line
    : `${letters
        .slice(0, longest - 1)
        .join("")
        .trimEnd()}…`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text as the text of an HTML element or attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => entities[letter] ?? "");
