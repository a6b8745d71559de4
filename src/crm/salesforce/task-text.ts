const entities: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " " },
};

/**
 * The words of a task's HTML, a line for each paragraph and list item, and links with their address behind them: Salesforce shows
 * a task's text as it stands.
 */
export function plainText(html: string): string {
  return html
    .replace(/<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gis, (_, address: string, words: string) =>
      words === address ? address : `${words} (${address})`,
    )
    .replace(/<li[^>]*>/gi, "- ")
    .replace(/<br\s*\/?>|<\/(?:p|li|div|h\d|tr)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** What a field of so many characters takes of a text; half a character is none. */
export const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");

/** salesforce.md §4.5: characters of a task's texts. */
const [subjectLength, descriptionLength] = [255, 32_000];

/** A task's one line. */
export const subjectOf = (subject: string): string => cut(subject, subjectLength);

const tagOf = (key: string): string => `Baton ref: ${key}`;
const tag = /Baton ref: ([\w.:-]+)/g;

/** The last one is ours: what is written above it may be anybody's, the name of a company say. */
const lastTag = (description: string): RegExpExecArray | null => [...description.matchAll(tag)].at(-1) ?? null;

/** The key that stands in a task's text; null: it has none. */
export const keyIn = (description: string): string | null => lastTag(description)?.[1] ?? null;

/** A task's text, with its key in the end. Of a long one the key is whole. */
export const describeTask = (html: string, key: string): string => withEnd(plainText(html), tagOf(key));

/** A task's text with a note above it. What does not fit is cut off the old text, of which the key stays. */
export function addNote(note: string, description: string): string {
  const text = `${plainText(note)}\n\n${description}`;
  const end = lastTag(description)?.[0];
  if (text.length <= descriptionLength || end === undefined) return cut(text, descriptionLength);
  return withEnd(text, end);
}

function withEnd(text: string, end: string): string {
  return `${cut(text, descriptionLength - end.length - 2)}\n\n${end}`;
}
